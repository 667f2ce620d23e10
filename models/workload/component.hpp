#pragma once
/// A component of a workload: what serves it, what a request costs it, whom it calls. Values; what
/// becomes of them is in flow.hpp.
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "models/workload/popularity.hpp"
#include "models/workload/queueing.hpp"
#include "models/workload/retries.hpp"

namespace opsim::workload {

/// Lookups after which a part of a cache is as full as it gets.
inline constexpr double kFilled = std::numeric_limits<double>::infinity();

/// How somebody calls a component: its users, or another component.
struct Call {
  std::size_t to = 0;
  double times = 1;       // calls for each request of the caller, without retries
  bool hard = true;       // a request whose call fails has failed
  double hits = 0;        // share that a cache answers once it is warm
  double warm = 1;        // of the cache: 0 just after it was flushed
  double warms_in = 600;  // seconds until a flushed cache is warm
  std::optional<std::size_t> cached_by = {};  // the component that is this cache
  double objects = 100'000;                   // that requests ask for; an estimate
  double skew = kUsualSkew;                   // of their popularity
  std::vector<double> filled = {};            // of each part of it: lookups since it was empty
  double timeout = std::numeric_limits<double>::infinity();  // seconds
  RetryPolicy retries = {};
  double cut = 0;      // share of its tries that a cut network swallows
  double backoff = 0;  // seconds before the first retry, twice that before the next

  /// Seconds after which a retry comes, on average: each waits twice as long as the one before.
  /// Backoff of less than a second is at once: nothing has changed until then.
  [[nodiscard]] double delay_of_retries() const {
    constexpr double at_once = 1;
    if (retries.retries <= 0 || backoff < at_once) return 0;
    double sum = 0;
    double after = 0;
    const int some = retries.retries < 10 ? retries.retries : 10;
    for (int i = 0; i < some; ++i) sum += after += backoff * (1 << i);
    return sum / some;
  }
  /// Calls that are really made for each request, without retries.
  [[nodiscard]] double misses() const { return times * (1 - hits * warm); }
};

/// One kind of request among several: its share, and how long it takes.
struct RequestKind {
  double share = 1;
  Spread takes = {};
};

/// What a request costs where it is served.
struct Work {
  Spread takes{0.05, 0.0025};  // seconds, alone
  int servers = 2;             // requests a member works on at once: its vCPUs
  int in_flight = 0;           // requests a member holds, waiting for others included; 0: any
  double queue = 4096;         // requests that wait for a member at most; more are refused
  double limit = 0;            // requests a second that are let in; more are throttled; 0: any
  double reads = 0.8;          // share of the requests to a table that read (estimate)
  double sheds_above = 0;      // utilisation above which requests are refused at once; 0: never
  std::vector<RequestKind> kinds = {};  // that make up `takes`, where there are several
};

/// Members that serve alike: in one Availability Zone, of one version.
struct Cell {
  std::string zone = {};
  std::string version = {};             // what they run, where somebody has deployed it
  Spread takes = {};                    // what a request costs there; a mean of 0: as everywhere
  std::vector<RequestKind> kinds = {};  // that make up `takes`, where there are several
  double version_fails = 0;             // share of requests that the version answers with an error
  double version_slower = 1;
  double gets = 0;      // members that are sent requests
  double serves = 0;    // of them, those that answer
  double slower = 1;    // times the work
  double failing = 0;   // share of requests that fail here though they are answered
  double backlog = 0;   // requests that wait beyond what a steady queue holds
  double share = -1;    // of all requests, as a load balancer tells; -1: an equal one
  Spread network = {};  // what a slow network adds to an answer, and to each call made from here
};

struct Component {
  std::string name = {};
  Work work = {};
  std::vector<Call> calls = {};
  std::vector<Cell> cells = {};
  bool cross_zone = true;  // each member gets an equal share; else each zone does
  bool picks = false;      // a request goes to one of `calls`, `times` is its share; else to all
  double failing = 0;      // share of requests that fail whatever happens
  double slower = 1;       // times the work, everywhere
  double demand = 0;       // requests of users a second, now
  double slope = 0;        // of the demand, a second
  Call users = {};         // their patience and their retries
  double meets = 1;        // share of the requests that one may wait behind: not its own, where few
                           // clients ask in turn
  bool touched = true;     // something of it has changed since the last solution
};

/// What becomes of one cell's share.
struct CellFlow {
  double offered = 0;   // requests a second
  double capacity = 0;  // requests a second that it can work off
  double utilisation = 0;
  double refused = 0;  // share of the offered
  Spread latency = {};
  double growth = 0;  // of the backlog, a second
};

/// What some of the answers are like: of one version, of one kind of request.
struct Answers {
  std::string version = {};
  std::size_t kind = 0;
  double share = 0;  // of all answers
  Spread takes = {};
};

/// What becomes of the requests to a component, as its callers see it.
struct Flow {
  double offered = 0;         // tries a second, of users and callers
  double slope = 0;           // of it, a second, while nothing else changes
  double capacity = 0;        // tries a second
  double unserved = 0;        // share that meets no member that answers
  double refused = 0;         // share that finds no place
  double broken = 0;          // share that is answered with an error of its own
  double dependency = 0;      // share that fails because of what it calls
  double errors = 0;          // of all tries
  Spread latency = {};        // of those that are answered
  std::size_t culprit = 0;    // the component that costs most of `dependency`; itself: none
  double utilisation = 0;     // of the busiest cell that serves
  double user_errors = 0;     // share of users' requests that fail for good
  double user_tries = 1;      // for each request
  double user_tries_due = 1;  // where backoff delays them: what they tend to
  std::vector<CellFlow> cells = {};
  std::vector<double> tries = {};      // of each of its calls: made for one that is wanted
  std::vector<double> tries_due = {};  // where backoff delays them: what they tend to
  double served_at = -1;               // what it was offered when it was solved last
  bool news = false;                   // it was solved anew: whoever tells of it clears this
  /// The answers in parts, where versions differ: two moments of all of them would hide a tail.
  std::vector<Answers> parts = {};

  /// The share of the answers that take longer.
  [[nodiscard]] double above(double seconds) const {
    if (parts.empty()) return latency.above(seconds);
    double late = 0;
    for (const Answers& part : parts) late += part.share * part.takes.above(seconds);
    return late;
  }
};

}  // namespace opsim::workload
