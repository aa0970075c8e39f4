from setuptools import setup, find_packages

setup(
    name="tele-notify-basic",
    version="1.0.0",
    description="Tele notify basic helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
