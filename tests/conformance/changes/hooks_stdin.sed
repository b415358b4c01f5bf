# prestart hooks run within create: by the specification of today the container is being created then
# in validation/hooks_stdin/hooks_stdin.go
s|state.Status != "created"|state.Status != "creating"|
