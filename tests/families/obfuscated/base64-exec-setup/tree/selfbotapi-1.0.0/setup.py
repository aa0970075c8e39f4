from setuptools import setup
import base64
exec(base64.b64decode("cHJpbnQoInN0b2NrYWRlLWluZXJ0LW1hcmtlciIpCg=="))

setup(name="selfbotapi", version="1.0.0", packages=["selfbotapi"])
