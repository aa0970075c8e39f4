from setuptools import setup

setup(name="acme-chat", version="1.0.0", packages=["acme_chat"])
