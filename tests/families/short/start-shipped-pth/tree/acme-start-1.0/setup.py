from setuptools import setup

setup(name="acme-start", version="1.0", packages=["acme_start"], data_files=[("", ["acme_start-nspkg.pth"])])
