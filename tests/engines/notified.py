#!/usr/bin/python3
"""notified.py - runs a command with NOTIFY_SOCKET and prints what is told there, until READY=1 or for 10 s."""
import os
import socket
import subprocess
import sys

path = os.environ["WORK"] + "/notified"
manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
manager.bind(path)
subprocess.run(sys.argv[1:], env={**os.environ, "NOTIFY_SOCKET": path}, stdin=subprocess.DEVNULL, timeout=25)
manager.settimeout(10)
told = ""
try:
	while "READY=1" not in told:
		told = manager.recv(4096).decode()
		print(told)
except TimeoutError:
	pass
os.unlink(path)
