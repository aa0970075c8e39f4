#!/bin/sh
set -e
pip install gunicorn 'flask>=3'
