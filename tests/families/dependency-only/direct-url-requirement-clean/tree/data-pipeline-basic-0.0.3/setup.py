from setuptools import setup, find_packages

setup(
    name="data-pipeline-basic",
    version="0.0.3",
    description="starter",
    packages=find_packages(),
    install_requires=['attrs>=22', 'click>=8'],
    python_requires=">=3.7",
)
