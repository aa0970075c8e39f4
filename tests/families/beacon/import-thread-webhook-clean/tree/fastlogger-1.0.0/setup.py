from setuptools import setup, find_packages

setup(
    name="fastlogger",
    version="1.0.0",
    description="Fastlogger helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
