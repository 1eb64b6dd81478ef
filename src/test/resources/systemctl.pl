# What install.sh needs of systemd, for one service that is not this machine's: reads the unit in $UNITS, runs what it says there, with a
# socket to be told at, and is done with "start" when that says READY=1. What it was told, and its log, lie beside the unit.
use strict;
use Socket;

my $units = $ENV{UNITS};
my ($verb) = grep { !/^-/ } @ARGV;
my $unit = "$units/ualarm-milestone-connector.service";
my $pid = "$units/pid";

open(my $calls, '>>', "$units/calls");
print $calls "@ARGV\n";

stop() if $verb eq 'stop' || ("@ARGV" =~ /--now/ && $verb eq 'disable');
exit(start() ? 0 : 1) if $verb eq 'start';

sub stop {
    open(my $file, '<', $pid) or return;
    kill 'TERM', <$file>;
    select(undef, undef, undef, 0.02) while -e $pid;
}

sub start {
    my %says = map { /^(\w+)=(.*)/ ? ($1, $2) : () } do { open(my $file, '<', $unit) or die $!; <$file> };
    pipe(my $done, my $tell) or die $!;
    if (!fork) {
        setpgrp;
        close $done;
        open(STDIN, '<', '/dev/null');
        open(STDOUT, '>>', "$units/log");
        open(STDERR, '>&', \*STDOUT);
        unlink "$units/socket";
        socket(my $socket, PF_UNIX, SOCK_DGRAM, 0) or die $!;
        bind($socket, sockaddr_un("$units/socket")) or die $!;
        $ENV{NOTIFY_SOCKET} = "$units/socket";
        $ENV{WATCHDOG_USEC} = 3_000_000;
        my $service = fork;
        if (!$service) {
            if (open(my $file, '<', $says{EnvironmentFile} =~ s/^-//r)) {
                /^(\w+)=(.*)/ and $ENV{$1} = $2 for <$file>;
            }
            chdir $says{WorkingDirectory} or die $!;
            exec $says{ExecStart};
        }
        open(my $file, '>', $pid);
        print $file $service;
        close $file;
        $SIG{CHLD} = sub { unlink $pid; exit };
        open(my $told, '>>', "$units/told");
        select($told);
        $| = 1;
        while (1) {
            defined recv($socket, my $message, 4096, 0) or next;
            print "$message\n";
            if ($tell && $message =~ /READY=1/) {
                syswrite $tell, "ready";
                close $tell;
                undef $tell;
            }
        }
    }
    close $tell;
    return sysread($done, my $word, 9);
}
