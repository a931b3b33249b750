"""One message by Python's smtplib: DOOR PORT CA AUTH FILE SENDER RECIPIENT USER, the password in SMTP_PASSWORD."""
import os
import smtplib
import ssl
import sys

door, port, ca, auth, file, sender, recipient, user = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
if door == "tls":
    client = smtplib.SMTP_SSL("localhost", int(port), local_hostname="client.example.org", timeout=20, context=context)
else:
    client = smtplib.SMTP("localhost", int(port), local_hostname="client.example.org", timeout=20)
if door == "starttls":
    client.starttls(context=context)
if auth != "none":
    client.ehlo_or_helo_if_needed()
    client.user, client.password = user, os.environ["SMTP_PASSWORD"]
    method = getattr(client, "auth_" + auth.lower().replace("-", "_"))
    # RFC 4954 4: no initial response where the server begins; smtplib would send one with LOGIN.
    client.auth(auth, method, initial_response_ok=auth == "PLAIN")
with open(file, "rb") as message:
    client.sendmail(sender, [recipient], message.read(), mail_options=["BODY=8BITMIME"])
client.quit()
