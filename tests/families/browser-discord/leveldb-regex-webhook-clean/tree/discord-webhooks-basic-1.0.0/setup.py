from setuptools import setup, find_packages

setup(
    name="discord-webhooks-basic",
    version="1.0.0",
    description="Discord webhooks basic helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
