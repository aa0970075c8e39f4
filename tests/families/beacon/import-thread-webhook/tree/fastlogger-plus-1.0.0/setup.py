from setuptools import setup, find_packages

setup(
    name="fastlogger-plus",
    version="1.0.0",
    description="Fastlogger plus helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
