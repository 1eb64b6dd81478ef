package ualarm.intake;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import ualarm.site.Settings;

/** What to enter in U-Alarm as Target url. */
public final class TargetUrls {

    private TargetUrls() {}

    /**
     * @param intake where alarms come in
     * @return under which addresses U-Alarm may reach the alarm port; at least one
     */
    public static List<String> of(Settings.Intake intake) {
        String scheme = intake.certificate().isPresent() ? "https://" : "http://";
        var urls = new ArrayList<String>();
        if (!intake.host().equals("0.0.0.0") && !intake.host().equals("::")) {
            urls.add(scheme + Settings.inAddress(intake.host()) + ":" + intake.port());
            return urls;
        }
        try {
            for (var each : (Iterable<NetworkInterface>) NetworkInterface.networkInterfaces()::iterator) {
                each.inetAddresses()
                        .filter(address -> !address.isLoopbackAddress()
                                && !address.isLinkLocalAddress()
                                && address instanceof Inet4Address)
                        .map(InetAddress::getHostAddress)
                        .forEach(address -> urls.add(scheme + address + ":" + intake.port()));
            }
        } catch (SocketException e) {
            urls.clear();
        }
        if (urls.isEmpty()) {
            urls.add(scheme + "127.0.0.1:" + intake.port());
        }
        return urls;
    }
}
