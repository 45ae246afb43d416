// What the front end asks of the top function: its parameters, their elements, and where the scalars lie in them.
//
// The front end appends to the source a function that calls describe(&top), reads the calls below from the LLVM IR,
// and deletes it. Parameter -1 is the return value.
#ifndef HLSGEN_SIGNATURE_H
#define HLSGEN_SIGNATURE_H

#include "pack.h"

extern "C" {
// kind 0: by value, 1: pointer, 2: reference; bits: of a packed element; extents: those that the type tells
void hlsgen_argument(int index, int kind, int is_const, int bits, const volatile void* element, int extents, ...) noexcept;
// the outermost extent, where the text alone has it
void hlsgen_extent(int index, long long extent) noexcept;
// scalars of an element in the order of the packed bits: `count` of them from `scalar` on, the next one at `next`
void hlsgen_leaf(int width, int is_signed, const volatile void* element, const volatile void* scalar, int count,
                 const volatile void* next) noexcept;
// what follows is of this member (the name ends `text`, in brackets), or of this element of an array, until the end
void hlsgen_member(const char* text) noexcept;
void hlsgen_element(int number) noexcept;
void hlsgen_end() noexcept;
// an element is one beat of an AXI4-Stream
void hlsgen_axis(int index) noexcept;
// the requests for its elements are written by hand
void hlsgen_burst(int index) noexcept;
}

namespace hlsgen {

template <class T_> extern T_ unborn;  // an object to point at; it never exists

template <class T_> struct bare {
    using type = T_;
};
template <class T_, __SIZE_TYPE__ N_> struct bare<T_[N_]> : bare<T_> {};
template <class T_> struct bare<T_[]> : bare<T_> {};

template <class T_> concept scalar = number<T_> || ours_fixed<T_> || floating<T_>;
template <class T_> concept telling = requires(const T_& t) { t.hlsgen_describe(); };

template <class T_> constexpr bool signed_scalar() {
    if constexpr (number<T_>)
        return is_signed<T_>;
    else if constexpr (floating<T_>)
        return false;
    else
        return T_::is_signed;
}

template <class, int... N_> struct numbers {};
template <int N_> using first_numbers = __make_integer_seq<numbers, int, N_>;

template <int I_, class First_, class... Rest_> constexpr auto pick(First_ first, Rest_... rest) {
    if constexpr (I_ == 0)
        return first;
    else
        return pick<I_ - 1>(rest...);
}

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wc++26-extensions"
template <class T_, int I_> constexpr auto member_of() {
    auto& [... member] = unborn<T_>;
    return pick<I_>(__builtin_addressof(member)...);
}
template <class T_> constexpr int members = [] {
    auto& [... member] = unborn<T_>;
    return int(sizeof...(member));
}();
#pragma clang diagnostic pop

template <auto Member_> constexpr const char* name_of() { return __PRETTY_FUNCTION__; }

template <class T_> void leaves(const volatile void* element, T_& object);

template <class T_, int... N_> void element_leaves(const volatile void* element, T_& object, numbers<int, N_...>) {
    ((hlsgen_element(N_), leaves(element, object[N_]), hlsgen_end()), ...);
}

template <class T_, int I_> void member_leaves(const volatile void* element, T_& object) {
    auto& [... member] = object;
    hlsgen_member(name_of<member_of<__remove_cv(T_), I_>()>());
    leaves(element, *pick<I_>(__builtin_addressof(member)...));
    hlsgen_end();
}
template <class T_, int... N_> void struct_leaves(const volatile void* element, T_& object, numbers<int, N_...>) {
    (member_leaves<T_, N_>(element, object), ...);
}

template <class T_> void leaves(const volatile void* element, T_& object) {
    using plain = __remove_cv(T_);
    if constexpr (__is_array(T_)) {
        using last = typename bare<T_>::type;
        if constexpr (scalar<__remove_cv(last)>) {
            last* first = (last*)&object;
            hlsgen_leaf(packed_type<last>::width, signed_scalar<__remove_cv(last)>(), element, first,
                        sizeof(T_) / sizeof(last), first + 1);
        } else {
            element_leaves(element, object, first_numbers<sizeof(T_) / sizeof(object[0])>());
        }
    } else if constexpr (scalar<plain>) {
        hlsgen_leaf(packed_type<T_>::width, signed_scalar<plain>(), element, __builtin_addressof(object), 1,
                    __builtin_addressof(object) + 1);
    } else if constexpr (telling<plain>) {
        static_assert(!telling<plain>, "a struct argument has a stream in it; pass the stream as an argument of its own");
    } else if constexpr (requires { plain::hlsgen_is_axis; }) {
        object.hlsgen_each([&](const char* name, auto& member) {
            hlsgen_member(name);
            leaves(element, member);
            hlsgen_end();
        });
    } else {
        struct_leaves(element, object, first_numbers<members<plain>>());
    }
}

template <class T_, class F_, int... N_> void tell_extents(F_ tell) {
    if constexpr (__is_array(T_))
        tell_extents<__remove_extent(T_), F_, N_..., int(sizeof(T_) / sizeof(__remove_extent(T_)))>(tell);
    else
        tell(N_...);
}

template <class T_> void argument(int index, int kind) {
    using element = __remove_cv(typename bare<__remove_cv(T_)>::type);
    constexpr int bits = [] {
        if constexpr (telling<element> || __is_void(element) || __is_pointer(element) || __is_union(element))
            return 0;
        else
            return packed_type<element>::width;
    }();
    if constexpr (!__is_void(element)) {
        const auto tell = [&](auto... extents) {
            hlsgen_argument(index, kind, __is_const(typename bare<T_>::type), bits, __builtin_addressof(unborn<element>),
                            sizeof...(extents), extents...);
        };
        tell_extents<T_>(tell);
        if constexpr (requires { element::hlsgen_is_axis; }) hlsgen_axis(index);
        if constexpr (telling<element>)
            unborn<element>.hlsgen_describe();
        else if constexpr (bits > 0)
            leaves(__builtin_addressof(unborn<element>), unborn<element>);
    }
}

template <class T_> struct parameter {
    static void tell(int index) { argument<T_>(index, 0); }
};
template <class T_> struct parameter<T_*> {
    static void tell(int index) { argument<T_>(index, 1); }
};
template <class T_> struct parameter<T_&> {
    static void tell(int index) {
        if constexpr (requires { typename T_::hlsgen_behind; }) {
            argument<typename T_::hlsgen_behind>(index, 1);
            hlsgen_burst(index);
        } else {
            argument<T_>(index, 2);
        }
    }
};

template <class R_, class... A_> void describe(R_ (*)(A_...)) {
    int index = 0;
    (parameter<A_>::tell(index++), ...);
    if constexpr (!__is_void(R_)) parameter<R_>::tell(-1);
}
template <class R_, class... A_> void describe(R_ (*)(A_...) noexcept) { describe((R_(*)(A_...)) nullptr); }

// an array parameter whose type has a name of its own
template <class T_> void declared(int index) {
    if constexpr (__is_bounded_array(T_)) hlsgen_extent(index, sizeof(T_) / sizeof(__remove_extent(T_)));
}

}  // namespace hlsgen

#endif
