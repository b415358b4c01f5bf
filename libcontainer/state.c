/* state.c - the state directory: record, lock, and the steps that write them. */
#include "state.h"
#include "../specs/emit.h"
#include "../specs/fields.h"
#include "../specs/parse.h"
#include "os/fd.h"
#include "os/wait.h"
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

#define START_BACKLOG 128     /* of those who only ask whether somebody waits */
#define LOCK_TIMEOUT_MS 10000 /* for another command to have done its work */
#define HEAD_SIZE 512         /* of the part that changes */

/* In the order of their removal: as long as the lock is there, nobody takes the directory for an abandoned one. */
static const char *const state_files[] = {"config.json", "start", "record", "record.new", "lock"};
#define BEFORE_RECORD 3 /* from here on: what can be there without a record */
#define N_STATE_FILES (sizeof(state_files) / sizeof(*state_files))

#define T struct process_name
TYPE(process_name, R("pid", pid), R("startTime", start_time));
#undef T

#define T struct cgroup_unit
TYPE(cgroup_unit, F("name", name), F("slice", slice), F("group", group), F("description", description), F("bus", bus),
     F("helper", helper));
#undef T

#define T struct rdt
TYPE(rdt, F("mountpoint", mountpoint), F("group", group), F("monitor", monitor), F("made", made));
#undef T

typedef struct spec_resources spec_resources_struct; /* its table is that of specs/spec.h */
#define T struct record
/* The part that never changes. */
#define REST                                                                                                   \
	R("id", id), R("bundle", bundle), R("rootfs", rootfs), R("created", created), R("bootId", boot_id),    \
		F("cgroups", cgroups), F("cgroupsMade", cgroups_made), O("unit", unit, cgroup_unit),           \
		O("rdt", rdt, rdt), F("keyring", keyring), F("freezer", freezer),                              \
		P("resources", resources, spec_resources), F("poststart", poststart), F("poststop", poststop), \
		F("process", process), F("notifies", notifies), F("hasNotify", has_notify),                    \
		F("sharesPid", shares_pid), F("ignoresAnnotations", ignores_annotations),                      \
		F("annotations", annotations)
TYPE(record, R("status", head.status), O("init", head.init, process_name), O("hook", head.hook, process_name), REST);
TYPE(record_rest, REST);
#undef REST
#undef T

#define T struct container_state
TYPE(container_state, R("ociVersion", oci_version), R("id", id), R("pid", pid), R("status", status),
     R("bundle", bundle), R("rootfs", rootfs), R("created", created), F("annotations", annotations), R("owner", owner));
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

/* A record to write when its step comes. */
struct record_to_write {
	int state_fd;
	const struct record_file *file;
};

bool state_id_valid(const char *id, struct error *e) {
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+.-";

	if (!id[0] || id[strspn(id, allowed)] || strcmp(id, ".") == 0 || strcmp(id, "..") == 0)
		return error_set(e, 0, NULL,
				 "invalid container id \"%.300s\": letters, digits and _+.- only, and not . or ..", id),
		       false;
	if (strlen(id) > NAME_MAX)
		return error_set(e, 0, NULL, "invalid container id: %zu characters, %d at most", strlen(id), NAME_MAX),
		       false;
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

static bool is_still_named(int root_fd, const char *id, int state_fd) {
	struct stat named, ours;

	return fstatat(root_fd, id, &named, AT_SYMLINK_NOFOLLOW) == 0 && fstat(state_fd, &ours) == 0 &&
	       named.st_ino == ours.st_ino && named.st_dev == ours.st_dev;
}

int state_remove(const char *root, const char *id, int state_fd, bool recorded) {
	auto_close int root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (root_fd < 0)
		return -errno;
	for (size_t i = recorded ? 0 : BEFORE_RECORD; i < N_STATE_FILES; i++)
		if (unlinkat(state_fd, state_files[i], 0) < 0 &&
		    errno != ENOENT) /* not all are there in a half-made one */
			return -errno;
	if (!is_still_named(root_fd, id,
			    state_fd)) /* removed by another delete; the id may be somebody else's by now */
		return 0;
	return unlinkat(root_fd, id, AT_REMOVEDIR) == 0 || errno == ENOENT ? 0 : -errno;
}

/* An fcntl lock belongs to this process alone and is gone when it dies; a child never inherits it, as it would an flock. One on
 * a file that was removed meanwhile is a lock on nothing. */
static int lock_file(int fd, int timeout_ms) {
	static const struct timespec pause = {.tv_nsec = 5000000};
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int64_t deadline = timeout_ms > 0 ? clock_ms() + timeout_ms : 0;
	struct stat st;

	while (fcntl(fd, F_SETLK, &lock) < 0) {
		if (errno != EAGAIN && errno != EACCES)
			return -errno;
		if (timeout_ms == 0 || remaining_ms(deadline) == 0)
			return -ETIMEDOUT;
		nanosleep(&pause, NULL);
	}
	if (fstat(fd, &st) < 0)
		return -errno;
	return st.st_nlink == 0 ? -ENOENT : 0;
}

static int open_and_lock(int state_fd, int flags, int timeout_ms, int *lock_fd) {
	auto_close int fd = openat(state_fd, "lock", O_RDWR | O_NOFOLLOW | O_CLOEXEC | flags, 0600);
	int rc = fd < 0 ? -errno : lock_file(fd, timeout_ms);

	if (rc == 0)
		*lock_fd = fd_take(&fd);
	return rc;
}

bool state_is_gone(int state_fd) {
	struct stat st;

	return fstat(state_fd, &st) == 0 && st.st_nlink == 0;
}

int state_lock(int state_fd, int timeout_ms, int *lock_fd) {
	return open_and_lock(state_fd, 0, timeout_ms, lock_fd);
}

int state_lock_holder(int state_fd, struct process_name *holder) {
	auto_close int fd = openat(state_fd, "lock", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};

	if (fd < 0 || fcntl(fd, F_GETLK, &lock) < 0)
		return -errno;
	if (lock.l_type == F_UNLCK)
		return -ESRCH;
	return lock.l_pid > 0 ? process_find(lock.l_pid, holder) : -EPERM;
}

int record_read(struct arena *a, int state_fd, struct record *record, struct error *e) {
	auto_close int fd = openat(state_fd, "record", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	char *text;

	if (fd < 0 || fstat(fd, &st) < 0)
		return error_set(e, errno, NULL, "cannot read the record");
	text = arena_alloc(a, (size_t)st.st_size + 1);
	if (fd_read(fd, text, (size_t)st.st_size) < 0)
		return error_set(e, EIO, NULL, "cannot read the record");
	return parse_object(a, &record_type, "record", text, (size_t)st.st_size, record, NULL, e);
}

int record_read_existing(struct container_env *env, const char *id, int state_fd, struct record *record,
			 struct error *e) {
	struct error why;

	if (record_read(env->a, state_fd, record, &why) == 0)
		return 0;
	if (why.errnum == ENOENT)
		return state_missing(id, e);
	return error_set(
		e, 0, NULL,
		"container \"%s\" is broken: its record %s/%s/record cannot be read: %s; remove that directory by hand, and "
		"what may be left: the processes and the cgroups that `find /sys/fs/cgroup -name '*%s*'` shows, or those of "
		"linux.cgroupsPath in %s/%s/config.json",
		id, env->root, id, why.text, id, env->root, id);
}

int state_open_locked(struct container_env *env, const char *id, int *lock_fd, struct record *record, struct error *e) {
	auto_close int state_fd = state_open(env->root, id, e);
	int rc = state_fd < 0 ? -1 : state_lock(state_fd, LOCK_TIMEOUT_MS, lock_fd);

	if (state_fd < 0)
		return -1;
	if (rc == -ENOENT)
		return state_missing(id, e);
	if (rc < 0)
		return error_set(e, rc == -ETIMEDOUT ? 0 : -rc, NULL,
				 "container \"%s\" is being changed by another command", id);
	return record_read_existing(env, id, state_fd, record, e) < 0 ? -1 : fd_take(&state_fd);
}

char *state_json(struct arena *a, const struct container_state *state, bool pretty) {
	return emit_object(a, &container_state_type, state, pretty);
}

static int record_write(int state_fd, const struct record_file *f) {
	const struct record_head *h = &f->head;
	char head[HEAD_SIZE];
	int n = snprintf(
		head, sizeof(head),
		"{\"status\":\"%s\",\"init\":{\"pid\":%lld,\"startTime\":%llu},\"hook\":{\"pid\":%lld,\"startTime\":%llu},",
		h->status, (long long)h->init.pid, (unsigned long long)h->init.start_time, (long long)h->hook.pid,
		(unsigned long long)h->hook.start_time);
	struct iovec parts[] = {{head, (size_t)n}, {(char *)f->rest + 1, f->rest_length - 1}};
	auto_close int fd = openat(state_fd, "record.new", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	ssize_t written = fd < 0 ? -1 : writev(fd, parts, 2);

	if (written < 0)
		return -errno;
	if ((size_t)written != parts[0].iov_len + parts[1].iov_len)
		return -ENOSPC;
	return renameat(state_fd, "record.new", state_fd, "record") == 0 ? 0 : -errno;
}

static struct record_file *record_file_new(struct arena *a, const struct record *record) {
	struct record_file *f = arena_new(a, struct record_file);

	f->head = record->head;
	f->rest = emit_object(a, &record_rest_type, record, false);
	f->rest_length = strlen(f->rest);
	return f;
}

int record_update(struct arena *a, int state_fd, const struct record *record) {
	return record_write(state_fd, record_file_new(a, record));
}

static int note_hook(struct run *r, pid_t pid) {
	int rc = 0;

	r->record->head.hook = (struct process_name){0};
	if (pid)
		rc = process_find(pid, &r->record->head.hook);
	return rc < 0 ? rc : record_write(r->state_fd, r->record);
}

void record_attach(struct arena *a, struct run *r, int state_fd, const struct record *record) {
	*r = (struct run){.state_fd = state_fd,
			  .record = record_file_new(a, record),
			  .note_hook = note_hook,
			  .root_fd = -1,
			  .hook_fds = {-1, -1},
			  .interrupt_fd = -1};
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
	rc = r->state_fd < 0 ? -errno : open_and_lock(r->state_fd, O_CREAT | O_EXCL, 0, &r->lock_fd);
	if (r->state_fd < 0)
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
	r->note_hook = note_hook;
	return record_write(r->state_fd, r->record);
}

/* Bound through /proc/self/fd: a root and an id of 64 digits already exceed sun_path. */
static int run_listen(struct run *r, const void *arg) {
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	(void)arg;
	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/start", r->state_fd);
	r->start_fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (r->start_fd < 0 || bind(r->start_fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(r->start_fd, START_BACKLOG) < 0)
		return -errno;
	return 0;
}

static int run_record_init(struct run *r, const void *arg) {
	int rc = process_find(r->pid, &r->record->head.init);

	(void)arg;
	return rc < 0 ? rc : record_write(r->state_fd, r->record);
}

static int run_created(struct run *r, const void *arg) {
	(void)arg;
	r->record->head.status = "created";
	return record_write(r->state_fd, r->record);
}

/* In its place and not by a temporary file, which a kill would leave: engines read it when the command has ended. */
static int write_pid(const char *path, pid_t pid) {
	auto_close int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
	char text[16];

	return fd < 0 ? -errno : fd_write(fd, text, (size_t)snprintf(text, sizeof(text), "%d", (int)pid));
}

int pid_file_write(const char *path, pid_t pid, struct error *e) {
	int rc = write_pid(path, pid);

	return rc < 0 ? error_set(e, -rc, NULL, "cannot write the pid file %s", path) : 0;
}

static int run_pid_file(struct run *r, const void *arg) {
	r->pid_file_written = true;
	return write_pid(arg, r->pid);
}

static void shell_pid_file(struct text *out, const void *arg) {
	text_add(out, "printf %%s \"$init\" >");
	text_add_quoted(out, arg);
}

static int check_size(const struct record_file *f, const char *field, struct error *e) {
	if (f->rest_length + HEAD_SIZE <= PARSE_MAX_SIZE)
		return 0;
	return error_set(e, 0, field, "the record of the container would be larger than %zu MiB", PARSE_MAX_SIZE >> 20);
}

/* What is in the way of a record is mostly a disk that is full: it says which. */
static const char write_record[] = "write the record %s/record";

int plan_state(struct plan *p, const struct record *record, const char *config, struct error *e) {
	struct record_file *file = record_file_new(p->a, record);
	struct state_file *copy = arena_new(p->a, struct state_file);

	if (check_size(file, "/annotations", e) < 0)
		return -1;
	*copy = (struct state_file){"config.json", config, strlen(config)};
	plan_add(p, HOST, run_state_dir, p->request, NULL, NO_INDEX, shell_state_dir, "create container %s",
		 p->request->id);
	plan_add(p, HOST, run_record, file, NULL, NO_INDEX, NULL, write_record, p->request->state_dir);
	if (p->request->wait_for_start)
		plan_add(p, HOST, run_listen, NULL, NULL, NO_INDEX, NULL, "listen for `start`");
	plan_add(p, HOST, run_config_copy, copy, NULL, NO_INDEX, NULL, "keep a copy of config.json");
	return 0;
}

void plan_record_init(struct plan *p) {
	plan_add(p, HOST, run_record_init, NULL, NULL, NO_INDEX, NULL, "write the init's pid into %s/record",
		 p->request->state_dir);
}

void plan_created(struct plan *p) {
	plan_add(p, HOST, run_created, NULL, NULL, NO_INDEX, NULL, write_record, p->request->state_dir);
	if (p->request->pid_file)
		plan_add(p, HOST, run_pid_file, p->request->pid_file, NULL, NO_INDEX, shell_pid_file,
			 "write the pid file %s", p->request->pid_file);
}

static int run_remember(struct run *r, const void *arg) {
	const struct record_to_write *w = arg;

	(void)r;
	return record_write(w->state_fd, w->file);
}

int plan_remember(struct plan *p, int state_fd, const struct record *record, struct error *e) {
	struct record_to_write *w = arena_new(p->a, struct record_to_write);

	*w = (struct record_to_write){state_fd, record_file_new(p->a, record)};
	if (check_size(w->file, "/linux/resources", e) < 0)
		return -1;
	plan_add(p, HOST, run_remember, w, NULL, NO_INDEX, NULL, write_record, p->request->state_dir);
	return 0;
}
