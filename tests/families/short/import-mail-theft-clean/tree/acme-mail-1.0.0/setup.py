from setuptools import setup

setup(name="acme-mail", version="1.0.0", packages=["acme_mail"])
