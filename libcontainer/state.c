/* state.c - the state directory: record, lock, and the steps that write them. */
#include "state.h"
#include "../specs/emit.h"
#include "../specs/fields.h"
#include "../specs/parse.h"
#include "os/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define MAX_RECORD (17 << 20) /* annotations of a config of the largest size */

static const char *const state_files[] = {"record", "record.new", "config.json", "lock", "start"};

#define T struct process_name
TYPE(process_name, R("pid", pid), R("startTime", start_time));
#undef T

#define T struct record
TYPE(record, R("status", head.status), O("init", head.init, process_name), O("creator", head.creator, process_name),
     O("hook", head.hook, process_name), R("id", id), R("bundle", bundle), R("rootfs", rootfs), R("created", created),
     R("bootId", boot_id), F("cgroups", cgroups), F("cgroupsMade", cgroups_made), F("poststart", poststart),
     F("poststop", poststop), F("process", process), F("sharesPid", shares_pid), F("annotations", annotations));

/* The part that never changes. */
TYPE(record_rest, R("id", id), R("bundle", bundle), R("rootfs", rootfs), R("created", created), R("bootId", boot_id),
     F("cgroups", cgroups), F("cgroupsMade", cgroups_made), F("poststart", poststart), F("poststop", poststop),
     F("process", process), F("sharesPid", shares_pid), F("annotations", annotations));
#undef T

#define T struct container_state
TYPE(container_state, R("ociVersion", oci_version), R("id", id), R("pid", pid), R("status", status), R("bundle", bundle),
     R("rootfs", rootfs), R("created", created), F("annotations", annotations), R("owner", owner));
#undef T

/* The record on disk while its plan is walked. */
struct record_file {
	struct record_head head;
	const char *rest; /* JSON behind the head, made before the first step: writing it allocates nothing */
	size_t rest_length;
};

/* A file of the state directory with its content. */
struct state_file {
	const char *name, *content;
	size_t length;
};

bool state_id_valid(const char *id, struct error *e) {
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+.-";

	if (!id[0] || id[strspn(id, allowed)] || strcmp(id, ".") == 0 || strcmp(id, "..") == 0)
		return error_set(e, 0, NULL, "invalid container id \"%.300s\": letters, digits and _+.- only, and not . or ..", id), false;
	if (strlen(id) > NAME_MAX)
		return error_set(e, 0, NULL, "invalid container id: %zu characters, %d at most", strlen(id), NAME_MAX), false;
	return true;
}

/* Without the errno's text: "no such file or directory" means to dockerd that a program is missing. */
int state_missing(const char *id, struct error *e) {
	error_set(e, 0, NULL, "container \"%s\" does not exist", id);
	e->errnum = ENOENT;
	return -1;
}

int state_open(const char *root, const char *id, struct error *e) {
	auto_close int root_fd = -1;
	int fd;

	if (!state_id_valid(id, e))
		return -1;
	root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	fd = root_fd < 0 ? -1 : openat(root_fd, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return state_missing(id, e);
	if (fd < 0)
		return error_set(e, errno, NULL, "cannot open the state of container \"%s\" below %s", id, root);
	return fd;
}

int state_remove(const char *root, const char *id) {
	auto_close int root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	auto_close int fd = root_fd < 0 ? -1 : openat(root_fd, id, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	for (size_t i = 0; i < sizeof(state_files) / sizeof(*state_files); i++)
		if (unlinkat(fd, state_files[i], 0) < 0 && errno != ENOENT) /* not all are there in a half-made one */
			return -errno;
	return unlinkat(root_fd, id, AT_REMOVEDIR) == 0 || errno == ENOENT ? 0 : -errno;
}

/* An fcntl lock belongs to this process alone and is gone when it dies; a child never inherits it, as it would an flock. */
int state_lock(int state_fd, int timeout_ms, int *lock_fd) {
	static const struct timespec pause = {.tv_nsec = 5000000};
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	auto_close int fd = openat(state_fd, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return -errno;
	for (int waited = 0; fcntl(fd, F_SETLK, &lock) < 0; waited += 5) {
		if (errno != EAGAIN && errno != EACCES)
			return -errno;
		if (waited >= timeout_ms)
			return -ETIMEDOUT;
		nanosleep(&pause, NULL);
	}
	*lock_fd = fd_take(&fd);
	return 0;
}

int record_read(struct arena *a, int state_fd, struct record *record, struct error *e) {
	auto_close int fd = openat(state_fd, "record", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	char *text;

	if (fd < 0 || fstat(fd, &st) < 0)
		return error_set(e, errno, NULL, "cannot read the record");
	if (st.st_size > MAX_RECORD)
		return error_set(e, EFBIG, NULL, "cannot read the record");
	text = arena_alloc(a, (size_t)st.st_size + 1);
	if (fd_read(fd, text, (size_t)st.st_size) < 0)
		return error_set(e, EIO, NULL, "cannot read the record");
	return parse_object(a, &record_type, "record", text, (size_t)st.st_size, record, NULL, e);
}

char *state_json(struct arena *a, const struct container_state *state, bool pretty) {
	return emit_object(a, &container_state_type, state, pretty);
}

static int record_write(int state_fd, const struct record_file *f) {
	const struct record_head *h = &f->head;
	char head[512];
	int n = snprintf(head, sizeof(head),
			 "{\"status\":\"%s\",\"init\":{\"pid\":%lld,\"startTime\":%llu},\"creator\":{\"pid\":%lld,\"startTime\":%llu},"
			 "\"hook\":{\"pid\":%lld,\"startTime\":%llu},",
			 h->status, (long long)h->init.pid, (unsigned long long)h->init.start_time, (long long)h->creator.pid,
			 (unsigned long long)h->creator.start_time, (long long)h->hook.pid, (unsigned long long)h->hook.start_time);
	struct iovec parts[] = {{head, (size_t)n}, {(char *)f->rest + 1, f->rest_length - 1}};
	auto_close int fd = openat(state_fd, "record.new", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	ssize_t written = fd < 0 ? -1 : writev(fd, parts, 2);

	if (written < 0)
		return -errno;
	if ((size_t)written != parts[0].iov_len + parts[1].iov_len)
		return -ENOSPC;
	return renameat(state_fd, "record.new", state_fd, "record") == 0 ? 0 : -errno;
}

static int note_hook(struct run *r, pid_t pid) {
	r->record->head.hook = (struct process_name){pid, pid ? process_start_time(pid) : 0};
	return record_write(r->state_fd, r->record);
}

/* The root is made only when it is missing, with its parents; the directory itself only ever by us. */
static int make_state_dir(const char *root, const char *dir) {
	char path[PATH_MAX];

	if (mkdir(dir, 0700) == 0)
		return 0;
	if (errno != ENOENT)
		return -errno;
	snprintf(path, sizeof(path), "%s", root);
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0755) < 0 && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	if (mkdir(root, 0700) < 0 && errno != EEXIST)
		return -errno;
	return mkdir(dir, 0700) == 0 ? 0 : -errno;
}

static int run_state_dir(struct run *r, const void *arg) {
	const struct request *request = arg;
	int rc = make_state_dir(request->root, request->state_dir);

	if (rc == -EEXIST)
		run_hint(r, "container with given ID already exists");
	if (rc < 0)
		return rc;
	r->state_fd = open(request->state_dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (r->state_fd >= 0)
		return state_lock(r->state_fd, 0, &r->lock_fd);
	rc = -errno;
	rmdir(request->state_dir); /* whoever cleans up knows it by its descriptor */
	return rc;
}

static void shell_state_dir(struct text *out, const void *arg) {
	text_add(out, "mkdir -p -m 700 ");
	text_add_quoted(out, ((const struct request *)arg)->state_dir);
}

static int run_config_copy(struct run *r, const void *arg) {
	const struct state_file *file = arg;
	auto_close int fd = openat(r->state_fd, file->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	return fd < 0 ? -errno : fd_write(fd, file->content, file->length);
}

static int run_record(struct run *r, const void *arg) {
	r->record = (struct record_file *)arg;
	r->record->head = (struct record_head){.status = "creating", .creator = {getpid(), process_start_time(getpid())}};
	r->note_hook = note_hook;
	return record_write(r->state_fd, r->record);
}

/* Bound through /proc/self/fd: a root and an id of 64 digits already exceed sun_path. */
static int run_listen(struct run *r, const void *arg) {
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	(void)arg;
	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/start", r->state_fd);
	r->start_fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (r->start_fd < 0 || bind(r->start_fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(r->start_fd, 8) < 0)
		return -errno;
	return 0;
}

static int run_record_init(struct run *r, const void *arg) {
	(void)arg;
	r->record->head.init = (struct process_name){r->pid, process_start_time(r->pid)};
	return record_write(r->state_fd, r->record);
}

static int run_created(struct run *r, const void *arg) {
	(void)arg;
	r->record->head.status = "created";
	return record_write(r->state_fd, r->record);
}

/* Written beside its place and renamed: who sees the file sees the whole pid. */
static int run_pid_file(struct run *r, const void *arg) {
	const char *path = arg, *name = strrchr(path, '/') + 1;
	char temp[PATH_MAX], pid[16];

	if ((size_t)snprintf(temp, sizeof(temp), "%.*s.%s", (int)(name - path), path, name) >= sizeof(temp))
		return -ENAMETOOLONG;
	auto_close int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return -errno;
	int rc = fd_write(fd, pid, (size_t)snprintf(pid, sizeof(pid), "%d", (int)r->pid));
	if (rc == 0 && rename(temp, path) == 0)
		return 0;
	rc = rc ? rc : -errno;
	unlink(temp);
	return rc;
}

static void shell_pid_file(struct text *out, const void *arg) {
	text_add(out, "printf %%s \"$init\" >");
	text_add_quoted(out, arg);
}

void plan_state(struct plan *p, const struct record *record, const char *config) {
	struct record_file *file = arena_new(p->a, struct record_file);
	struct state_file *copy = arena_new(p->a, struct state_file);

	file->rest = emit_object(p->a, &record_rest_type, record, false);
	file->rest_length = strlen(file->rest);
	*copy = (struct state_file){"config.json", config, strlen(config)};
	plan_add(p, HOST, run_state_dir, p->request, NULL, NO_INDEX, shell_state_dir, "create container %s", p->request->id);
	plan_add(p, HOST, run_config_copy, copy, NULL, NO_INDEX, NULL, "keep a copy of config.json");
	plan_add(p, HOST, run_record, file, NULL, NO_INDEX, NULL, "write the record");
	if (p->request->wait_for_start)
		plan_add(p, HOST, run_listen, NULL, NULL, NO_INDEX, NULL, "listen for `start`");
}

void plan_record_init(struct plan *p) {
	plan_add(p, HOST, run_record_init, NULL, NULL, NO_INDEX, NULL, "write the init's pid into the record");
}

void plan_created(struct plan *p) {
	plan_add(p, HOST, run_created, NULL, NULL, NO_INDEX, NULL, "write the record");
	if (p->request->pid_file)
		plan_add(p, HOST, run_pid_file, p->request->pid_file, NULL, NO_INDEX, shell_pid_file, "write the pid file %s",
			 p->request->pid_file);
}
