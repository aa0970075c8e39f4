from setuptools import setup, find_packages

setup(
    name="pyperclip-ex",
    version="1.0.0",
    description="Pyperclip ex helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
