# systemd's end of a unit's socket: prints a line for each thing it is told, until it is ended. Perl, because Java has no such sockets.
use strict;
use Socket;
$| = 1;
socket(my $socket, PF_UNIX, SOCK_DGRAM, 0) or die $!;
bind($socket, sockaddr_un($ARGV[0])) or die $!;
print "listening\n";
while (defined recv($socket, my $message, 4096, 0)) {
    print "$message\n";
}
