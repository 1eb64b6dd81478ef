package ualarm.site;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import ualarm.alarm.WholeFile;

/** A file with a secret in it: only its owner may read it. */
public final class PrivateFile {

    /** As these, Windows services run: by themselves, and when install.ps1 has installed ours. */
    private static final List<String> SERVICES =
            List.of("NT AUTHORITY\\SYSTEM", "NT SERVICE\\ualarm-milestone-connector");

    private PrivateFile() {}

    /**
     * Writes a file, wholly or not at all; nobody else can read it at any time. It belongs to whom it belonged to, a new one to whom the
     * folder does: who sets up need not be who runs the connector.
     *
     * @param file the file
     * @param text its text, which is written in UTF-8
     * @throws IOException when it cannot be written
     */
    public static void write(Path file, String text) throws IOException {
        Path place = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        Files.createDirectories(place.getParent());
        UserPrincipal owner = Files.getOwner(Files.exists(place) ? place : place.getParent());
        Path next = place.resolveSibling(place.getFileName() + ".writing");
        Files.deleteIfExists(next);
        if (next.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } else {
            Files.createFile(next);
            shut(next);
        }
        try {
            Files.writeString(next, text, StandardCharsets.UTF_8);
            if (!Files.getOwner(next).equals(owner)) {
                give(next, owner);
            }
            WholeFile.replace(next, place);
        } finally {
            Files.deleteIfExists(next);
        }
    }

    /** Only root can; anybody else keeps it. */
    private static void give(Path file, UserPrincipal owner) {
        try {
            Files.setOwner(file, owner);
        } catch (IOException e) {
            // It is the writer's then, who may read it as well.
        }
    }

    private static void shut(Path file) throws IOException {
        AclFileAttributeView view = Files.getFileAttributeView(file, AclFileAttributeView.class);
        if (view == null) {
            return;
        }
        List<UserPrincipal> readers = new ArrayList<>(List.of(view.getOwner()));
        for (String service : SERVICES) {
            try {
                readers.add(file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(service));
            } catch (UserPrincipalNotFoundException e) {
                // no Windows, or not installed there
            }
        }
        Set<AclEntryPermission> all = EnumSet.allOf(AclEntryPermission.class);
        view.setAcl(readers.stream()
                .map(reader -> AclEntry.newBuilder()
                        .setType(AclEntryType.ALLOW)
                        .setPrincipal(reader)
                        .setPermissions(all)
                        .build())
                .toList());
    }
}
