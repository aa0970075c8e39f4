#!/bin/sh
echo 'shellnote is ready'
