from setuptools import setup

setup(name="acme-daemon", version="1.0.0", packages=["acme_daemon"])
