// Values that look like life, made up for a request: numbers, names, telephone numbers, addresses, sentences,
// UUIDs. Each is a pure function of a Random, so the same seed gives the same values on every machine; the
// text goes at the end of `out`. Nothing here can name a real person, subscriber or mailbox.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>

#include "protocols/core/random.hpp"

namespace soundcheck::core {

/// Uniform in [min, max], both included; max below min gives min.
std::int64_t random_int(Random& random, std::int64_t min, std::int64_t max);
void append_int(std::string& out, Random& random, std::int64_t min, std::int64_t max);

/// "Ada Keller": a first and a last name, in ASCII.
void append_name(std::string& out, Random& random);

/// "+12025550142": E.164, of the North American numbers 555-0100 to 555-0199, which are kept for fiction in
/// every area code (ATIS-0300115). No toll-free code, for there some of them are in use. 70,300 numbers.
void append_phone(std::string& out, Random& random);

/// "ada.keller.58213904@example.com": a domain that nobody can own (RFC 2606). The number is below 10^8, so
/// two of a thousand addresses are the same once in some thousand runs; put {{uuid}} in where that matters.
void append_email(std::string& out, Random& random);

/// One sentence as a caller would say it to a voice agent, 5 to 21 words, without quotes or line ends.
void append_sentence(std::string& out, Random& random);

/// One of the choices, each as likely; nothing if there is none.
void append_choice(std::string& out, Random& random, std::span<const std::string> choices);

/// RFC 9562 version 4, in lower case.
void append_uuid(std::string& out, Random& random);

/// "2026-11-21T09:05:07Z": ISO 8601 in UTC, to the second. Years 0 to 9999.
void append_iso_time(std::string& out, std::chrono::sys_seconds time);

}  // namespace soundcheck::core
