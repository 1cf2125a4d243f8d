/* A program that uses the C library's time as programs for the chip do. Says what it saw. */

#include "time_program.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static void sleeps(void) {
    int64_t began = air_time();
    printf("left %u\n", sleep(3600));
    say_took("sleep", began);
    began = air_time();
    usleep(1500000);
    say_took("usleep", began);
    began = air_time();
    const struct timespec length = {.tv_sec = 2, .tv_nsec = 7};
    nanosleep(&length, NULL);
    say_took("nanosleep", began);
    began = air_time();
    clock_nanosleep(CLOCK_MONOTONIC, 0, &length, NULL);
    say_took("clock_nanosleep", began);
    sleep_in_cxx();
}

static void sleeps_until(void) {
    sleep(10);
    int64_t began = air_time();
    struct timespec when = {.tv_sec = (time_t)(began / 1000000000) + 60, .tv_nsec = (long)(began % 1000000000)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL);
    say_took("boot", began);
    const struct timespec long_ago = {.tv_sec = 1};
    began = air_time();
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &long_ago, NULL);
    say_took("past", began);
    const struct timespec today = {.tv_sec = 1700000000};
    clock_settime(CLOCK_REALTIME, &today);
    began = air_time();
    when.tv_sec = 1700000005;
    when.tv_nsec = 0;
    clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &when, NULL);
    say_took("day", began);
}

static void say_day(const char* what) {
    struct timeval of_day;
    struct timespec real;
    struct timespec got;
    time_t other;
    gettimeofday(&of_day, NULL);
    clock_gettime(CLOCK_REALTIME, &real);
    timespec_get(&got, TIME_UTC);
    const time_t now = time(&other);
    printf("%s: %" PRId64 " %" PRId64 " %" PRId64 ".%06" PRId64 " %" PRId64 ".%09ld %" PRId64 "\n", what, (int64_t)now,
           (int64_t)other, (int64_t)of_day.tv_sec, (int64_t)of_day.tv_usec, (int64_t)real.tv_sec, real.tv_nsec,
           (int64_t)got.tv_sec);
}

static void day(void) {
    const struct timespec begin = {.tv_sec = 1, .tv_nsec = 500000000};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &begin, NULL);
    say_day("began");
    const struct timeval set = {.tv_sec = 1700000000, .tv_usec = 250000};
    settimeofday(&set, NULL);
    say_day("set");
    sleep(1000);
    say_day("later");
    struct timespec since_boot;
    clock_gettime(CLOCK_MONOTONIC, &since_boot);
    printf("boot: %" PRId64 ".%09ld\n", (int64_t)since_boot.tv_sec, since_boot.tv_nsec);
}

static void sleep_until_a_day(void) {
    const int64_t began = air_time();
    const struct timespec when = {.tv_sec = 1700000000};
    clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &when, NULL);
    say_took("woken", began);
}

static void day_comes(void) {
    start_task(sleep_until_a_day);
    sleep(5);
    const struct timeval nearly = {.tv_sec = 1699999990};
    settimeofday(&nearly, NULL);
    sleep(20);
}

static void say_error(const char* what, int answer) {
    printf("%s: %d %s\n", what, answer, errno == EINVAL ? "EINVAL" : errno == EFAULT ? "EFAULT" : "none");
    errno = 0;
}

static void errors(void) {
    const struct timespec negative = {.tv_sec = -1};
    const struct timespec too_fine = {.tv_nsec = 1000000000};
    const struct timeval bad = {.tv_sec = 1, .tv_usec = 1000000};
    const struct timespec* volatile nothing = NULL;
    errno = 0;
    say_error("negative", nanosleep(&negative, NULL));
    say_error("too fine", nanosleep(&too_fine, NULL));
    say_error("nothing", nanosleep(nothing, NULL));
    errno = clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &too_fine, NULL);
    say_error("until", errno);
    say_error("bad day", settimeofday(&bad, NULL));
    say_error("boot set", clock_settime(CLOCK_MONOTONIC, &(struct timespec){.tv_sec = 1}));
    say_error("no clock", clock_gettime(1234, &(struct timespec){0}));
    printf("%" PRId64 "\n", (int64_t)time(NULL));
}

static void looks(void) {
    const time_t end = time(NULL) + 2;
    while (time(NULL) < end) {
    }
    printf("%" PRId64 "\n", (int64_t)(air_time() / 1000000000));
}

static void processor(void) {
    struct timespec first;
    struct timespec next;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &first);
    sleep(3600);
    do {
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &next);
    } while (next.tv_sec == first.tv_sec && next.tv_nsec < first.tv_nsec + 1000000);
    printf("%s\n", next.tv_sec - first.tv_sec < 60 ? "processor" : "air");
}

void app_main(void) {
    static const struct {
        const char* name;
        void (*run)(void);
    } tasks[] = {
        {"sleeps", sleeps}, {"sleeps_until", sleeps_until}, {"day", day}, {"day_comes", day_comes}, {"errors", errors},
        {"looks", looks},   {"processor", processor}};
    const char* name = getenv("TEST_TASK");
    for (size_t i = 0; i < sizeof tasks / sizeof tasks[0]; ++i)
        if (strcmp(tasks[i].name, name) == 0) tasks[i].run();
}
