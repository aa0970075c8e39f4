from setuptools import setup, find_packages

setup(
    name="keyboard-shortcuts-basic",
    version="1.0.0",
    description="Keyboard shortcuts basic helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
