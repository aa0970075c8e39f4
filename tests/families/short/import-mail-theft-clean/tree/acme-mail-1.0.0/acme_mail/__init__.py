import smtplib
from email.message import EmailMessage

def send(host, sender, receiver, text, attachments=()):
    """Send the caller's text and files."""
    message = EmailMessage()
    message["From"], message["To"] = sender, receiver
    message.set_content(text)
    for path in attachments:
        with open(path, "rb") as file:
            message.add_attachment(file.read(), maintype="application", subtype="octet-stream", filename=path)
    with smtplib.SMTP(host) as server:
        server.send_message(message)
