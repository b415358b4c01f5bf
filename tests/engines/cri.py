#!/usr/bin/python3
"""cri.py - a client of the kubelet's interface to runtimes (runtime.v1 of the Kubernetes CRI), as small as the tests allow.

cri.py SOCKET METHOD REQUEST: sends one request and prints the answer. Both are JSON of a kind: a message is an object whose
names are the numbers of its fields in api.proto, a list is a repeated field. An answer is printed with a line for each value
that is no message: its field numbers with dots between, and what it is.
"""
import json
import sys

import grpc


def varint(n):
	n &= (1 << 64) - 1
	out = b""
	while n > 127:
		out += bytes([n & 127 | 128])
		n >>= 7
	return out + bytes([n])


def encode(message):
	out = b""
	for number, value in message.items():
		for one in value if isinstance(value, list) else [value]:
			if isinstance(one, int):
				out += varint(int(number) << 3) + varint(one)
			else:
				body = encode(one) if isinstance(one, dict) else one.encode()
				out += varint(int(number) << 3 | 2) + varint(len(body)) + body
	return out


def read_varint(b, at):
	n = shift = 0
	while True:
		n |= (b[at] & 127) << shift
		shift += 7
		at += 1
		if b[at - 1] < 128:
			return n, at


def fields(b):
	"""The fields of a message: (number, value). Raises when these bytes are none."""
	at, found = 0, []
	while at < len(b):
		key, at = read_varint(b, at)
		if key & 7 == 0:
			value, at = read_varint(b, at)
		elif key & 7 == 2:
			n, at = read_varint(b, at)
			if at + n > len(b):
				raise ValueError("too short")
			value, at = b[at : at + n], at + n
		else:
			raise ValueError("no field of this interface")
		if key >> 3 == 0:
			raise ValueError("no field")
		found.append((key >> 3, value))
	return found


def show(b, path=""):
	"""Bytes that are no text are a message; text that reads as a message too is text here."""
	for number, value in fields(b):
		here = f"{path}{number}"
		if isinstance(value, int):
			print(here, value)
		elif value and all(c >= 32 or c in b"\t\n" for c in value):
			print(here, value.decode(errors="replace").rstrip("\n"))
		else:
			show(value, here + ".")


def main():
	socket, method, request = sys.argv[1:]
	call = grpc.insecure_channel("unix://" + socket).unary_unary("/runtime.v1.RuntimeService/" + method)
	try:
		show(call(encode(json.loads(request)), timeout=40))
	except grpc.RpcError as e:
		sys.exit(f"{method}: {e.details()}")


main()
