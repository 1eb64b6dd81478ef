package ualarm.intake;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.component.jackson.JacksonDataFormat;
import org.apache.camel.spi.DataFormatCustomizer;
import org.apache.camel.spi.Registry;
import ualarm.alarm.Alarm;
import ualarm.alarm.SteadyClock;
import ualarm.site.Settings;

/** What the routes of intake need: the alarm port, its door, and the beans that read a message and answer it. */
public final class IntakeRoom implements CamelConfiguration {

    private final Settings settings;
    private final Door door;
    private final CompletableFuture<AlarmPort> port;
    private final Supervision supervision;
    private final AlarmIntake intake;

    /**
     * @param settings the settings
     * @param counts counts what comes in
     * @param open is where alarms come in, once it is there
     * @param wake has the route {@code supervise} run at a time
     * @param companions the other connectors on the same journal
     * @param sitesOf tells the sites of those of a message's cameras that are known
     */
    public IntakeRoom(
            Settings settings,
            IntakeCounts counts,
            CompletableFuture<OpenPort> open,
            Consumer<Instant> wake,
            Companions companions,
            Function<Alarm, Set<String>> sitesOf) {
        this.settings = settings;
        this.door = new Door(settings.intake(), settings.sites(), counts);
        this.port = open.thenApply(there -> new AlarmPort(settings.intake(), door, there));
        this.supervision = new Supervision(settings.sites(), SteadyClock.PROCESS, wake, companions, sitesOf);
        this.intake = new AlarmIntake(counts, supervision);
    }

    @Override
    public void configure(CamelContext camel) throws Exception {
        bind(camel);
        port().serve(camel);
    }

    /** @param camel gets what routes call by name; it need never be started */
    public void bind(CamelContext camel) {
        Registry registry = camel.getRegistry();
        registry.bind("alarmText", new AlarmText(settings.intake().maxBody()));
        registry.bind("alarmJson", AlarmReader.mapper());
        registry.bind("answerJson", Answer.JSON);
        registry.bind("alarmReader", new AlarmReader(Clock.systemUTC()));
        registry.bind("alarmIntake", intake);
        registry.bind("duplicates", new Duplicates());
        registry.bind("supervision", supervision);
        registry.bind("xmlText", new XmlText());
        registry.bind("json", new JsonLanguage());
        // Adapters read what anybody may post; a mapper that a route names takes the place of this one.
        registry.bind(
                "sendersJson",
                DataFormatCustomizer.forType(
                        JacksonDataFormat.class, json -> json.setObjectMapper(new JsonMapper(AlarmReader.factory()))));
    }

    /** @return the port where alarms come in */
    public AlarmPort port() {
        return port.join();
    }

    /** @return watches whether U-Alarm still speaks */
    public Supervision supervision() {
        return supervision;
    }

    /** Takes no more alarms: from now on their senders are told to send them again. */
    public void shut() {
        door.shut();
    }
}
