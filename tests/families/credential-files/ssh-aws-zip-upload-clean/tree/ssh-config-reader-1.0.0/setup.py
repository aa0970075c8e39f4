from setuptools import setup, find_packages

setup(
    name="ssh-config-reader",
    version="1.0.0",
    description="Ssh config reader helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
