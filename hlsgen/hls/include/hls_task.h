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

#include <condition_variable>
#include <mutex>
#include <thread>
#include <tuple>
#include <vector>

#define hls_thread_local static

namespace hlsgen {

// The tasks of a program: threads of which one runs at a time, until it waits for a stream. So C simulation is the same
// every time. They are never destroyed, as they never end.
class tasks {
  public:
    static tasks& all() {
        static tasks* const made = new tasks;
        return *made;
    }

    template <class Body_> void add(Body_ body) {
        waiting::let_others = [] { return all().give_way(); };
        const std::size_t number = threads.size();
        threads.emplace_back([this, number, body] {
            own = number + 1;
            await(own);
            while (true) {
                const auto before = waiting::moved;
                body();
                if (waiting::moved == before) pass(0);
            }
        });
        threads.back().detach();
    }

  private:
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t turn = 0;  // whose turn it is: 0 for the program, else that of a task
    std::vector<std::thread> threads;
    static inline thread_local std::size_t own = 0;

    void await(std::size_t who) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return turn == who; });
    }
    void pass(std::size_t next) {
        {
            const std::lock_guard lock(mutex);
            turn = next;
            waiting::in_task = next != 0;
        }
        changed.notify_all();
        await(own);
    }
    // A task lets the program run; the program lets every task run until it waits, and asks whether anything moved.
    bool give_way() {
        if (own) {
            pass(0);
            return true;
        }
        const auto before = waiting::moved;
        for (std::size_t task = 1; task <= threads.size(); ++task) pass(task);
        return waiting::moved != before;
    }
};

}  // namespace hlsgen

namespace hls {

struct task {
    task() = default;
    template <class... P_, class... A_> task(void (*function)(P_...), A_&&... arguments) {
        (*this)(function, static_cast<A_&&>(arguments)...);
    }
    // in a function that is called again it is the same task, with the arguments of the first time
    template <class... P_, class... A_> void operator()(void (*function)(P_...), A_&&... arguments) {
        if (started) return;
        started = true;
        hlsgen::tasks::all().add(
            [function, values = std::tuple<P_...>(static_cast<A_&&>(arguments)...)] { std::apply(function, values); });
    }

  private:
    bool started = false;
};

}  // namespace hls

#endif
#endif
