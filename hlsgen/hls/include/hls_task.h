// hls::task: a function that starts over for ever, as soon as what it reads is there.
#ifndef HLSGEN_HLS_TASK_H
#define HLSGEN_HLS_TASK_H

#include "hls_stream.h"

#ifdef HLSGEN_SYNTHESIS

// A dataflow region keeps what lies in its FIFOs anyway.
#define hls_thread_local

namespace hls {

struct task {
    task() = default;
    // both are replaced by calls of the function (hlsgen/hls/frontend/tasks.py)
    template <class... P_, class... A_> task(void (*function)(P_...), A_&&... arguments);
    template <class... P_, class... A_> void operator()(void (*function)(P_...), A_&&... arguments);
};

}  // namespace hls

#else

#include <pthread.h>

#define hls_thread_local static

namespace hlsgen {

// The tasks of a program: threads of which one runs at a time, until it waits for a stream. So C simulation is the same
// every time. They are never destroyed, as they never end.
class tasks {
  public:
    static tasks& all() {
        static tasks made;
        return made;
    }

    // body: what a task does over and over again
    template <class Body_> void add(const Body_& body) {
        struct one {
            tasks& of;
            int number;
            Body_ body;
            static void* operator new(__SIZE_TYPE__, void* at) noexcept { return at; }
            static void* run(void* itself) {
                static_cast<one*>(itself)->for_ever();
                return nullptr;
            }
            void for_ever() {
                of.await(number);
                while (true) {
                    const auto before = waiting::moved;
                    body();
                    if (waiting::moved == before) of.pass(number, 0);
                }
            }
        };
        waiting::let_others = [] { return all().give_way(); };
        pthread_t thread;
        void* const place = __builtin_malloc(sizeof(one));
        if (!place || pthread_create(&thread, nullptr, one::run, new (place) one{*this, ++count, body})) {
            std::fprintf(stderr, "error: there is no thread for an hls::task\n");
            std::exit(1);
        }
        pthread_detach(thread);
    }

  private:
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
    int count = 0;
    int turn = 0;  // whose it is: 0 for the program, else that of a task

    void await(int who) {
        pthread_mutex_lock(&mutex);
        while (turn != who) pthread_cond_wait(&changed, &mutex);
        pthread_mutex_unlock(&mutex);
    }
    void pass(int who, int next) {
        pthread_mutex_lock(&mutex);
        turn = next;
        waiting::in_task = next != 0;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&mutex);
        await(who);
    }
    // A task lets the program run; the program lets every task run until it waits, and asks whether anything moved.
    bool give_way() {
        if (waiting::in_task) {
            pass(turn, 0);
            return true;
        }
        const auto before = waiting::moved;
        for (int task = 1; task <= count; ++task) pass(0, task);
        return waiting::moved != before;
    }
};

// What a task is given: an object, or a copy of a number.
template <class T_> struct given {
    T_ value;
    explicit given(const T_& value) : value(value) {}
    T_ get() const { return value; }
};
template <class T_> struct given<T_&> {
    T_& object;
    explicit given(T_& object) : object(object) {}
    T_& get() const { return object; }
};

}  // namespace hlsgen

namespace hls {

struct task {
    task() = default;
    template <class... P_, class... A_> task(void (*function)(P_...), A_&&... arguments) {
        (*this)(function, arguments...);
    }
    // in a function that is called again it is the same task, with the arguments of the first time
    template <class... P_, class... A_> void operator()(void (*function)(P_...), A_&&... arguments) {
        if (started) return;
        started = true;
        hlsgen::tasks::all().add([function, ... held = hlsgen::given<P_>(arguments)] { function(held.get()...); });
    }

  private:
    bool started = false;
};

}  // namespace hls

#endif
#endif
