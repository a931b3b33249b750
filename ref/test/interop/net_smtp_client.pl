# One message by Perl's Net::SMTP: DOOR PORT CA AUTH FILE SENDER RECIPIENT USER, the password in SMTP_PASSWORD.
use strict;
use warnings;
use Authen::SASL;
use Net::SMTP;

my ($door, $port, $ca, $auth, $file, $sender, $recipient, $user) = @ARGV;
my @tls = (SSL_ca_file => $ca, SSL_verifycn_name => 'localhost');
my $client = Net::SMTP->new('localhost', Port => $port, Hello => 'client.example.org', Timeout => 20, SSL => $door eq 'tls', @tls)
  or die "no connection: $@\n";
sub must { $_[0] or die $_[1] . ': ' . $client->code . ' ' . $client->message }
must($client->starttls(@tls), 'STARTTLS') if $door eq 'starttls';
if ($auth ne 'none') {
  my $sasl = Authen::SASL->new(mechanism => $auth, callback => { user => $user, authname => $user, pass => $ENV{SMTP_PASSWORD} });
  must($client->auth($sasl), 'AUTH');
}
must($client->mail($sender, Bits => 8), 'MAIL');
must($client->to($recipient), 'RCPT');
must($client->data, 'DATA');
open my $message, '<:raw', $file or die "$file: $!\n";
my $octets = do { local $/; <$message> };
$octets =~ s/\r\n/\n/g; # datasend() wants lines as Perl has them
must($client->datasend($octets), 'the text');
must($client->dataend, 'the end of the text');
$client->quit;
