from setuptools import setup, find_packages

setup(
    name="discord-typing",
    version="1.0.0",
    description="Discord typing helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
