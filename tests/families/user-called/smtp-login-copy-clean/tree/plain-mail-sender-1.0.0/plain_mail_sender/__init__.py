"""Send mail in one line."""

import smtplib
import socket
from email.message import EmailMessage

__version__ = "1.0"


def send(user, password, to, subject, text, host="smtp.mail.example", port=587, copy_to=None):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = user, to, subject
    message["X-Host"] = socket.gethostname()
    if copy_to:
        message["Cc"] = copy_to
    message.set_content(text)
    with smtplib.SMTP(host, port) as server:
        server.starttls()
        server.login(user, password)
        server.send_message(message)
