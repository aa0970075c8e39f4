from setuptools import setup, find_packages

setup(
    name="perf-counter-tools",
    version="1.0.0",
    description="Perf counter tools helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
