from setuptools import setup, find_packages

setup(
    name="autostart-tools",
    version="1.0.0",
    description="Autostart tools helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
