#pragma once
/// Instances that log in to a database: the password that each holds, where it has it from, and the
/// passwords that the database takes.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "opsim/cloud/cloud.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::logins {

struct Credential {
  std::string user;  // "" where only a password is kept: the database's master user
  std::string password;
  friend bool operator==(const Credential&, const Credential&) = default;
};

/// Where an instance has its password from.
struct Source {
  enum class Kind : std::uint8_t { nothing, images, parameter, secret } kind = Kind::nothing;
  std::string name;  // of the parameter or the secret
  std::optional<Duration>
      kept;  // how long what was read is used; nothing: while the instance lives
  std::map<std::string, std::string> images;  // what each image holds, by its id
};

/// What the database takes for one user.
struct Account {
  std::string password;
  SimTime changed{};
};

/// Hours of each day in which more logins come.
struct Rush {
  double rate = 0;  // a second
  Duration from{};  // of the day, UTC
  Duration length{};
};

struct Logins {
  std::string name;
  std::string line;  // "scenario.yaml:12"
  std::string from;  // the group that logs in, as written
  std::string to;    // the database, as written
  double rate = 0;   // new connections a second, of all instances together
  std::optional<Rush> rush;
  Source source;
  std::optional<SimTime> changed;  // the first passwords, before the run
  std::optional<Duration> must_change_every;

  std::map<std::string, Account, std::less<>> accounts;    // by user
  std::map<std::string, Credential, std::less<>> holders;  // by instance id
  SimTime counted{};                                       // until when what follows is counted
  double failed = 0;                                       // logins that were refused
  double throttled = 0;                                    // reads that were throttled
  double reads = 0;
  Duration oldest{};     // that any password became while it worked
  bool refused = false;  // somebody is, now
};

class AllLogins : public Model {
 public:
  explicit AllLogins(Cloud& in) : cloud{in} {}
  Cloud& cloud;
  std::map<std::string, Logins, std::less<>> all;
};

// ---- counting.cpp ----

/// Logins between two moments.
[[nodiscard]] double logins_between(const Logins& logins, SimTime from, SimTime to);
/// Of so many a second, what is above a limit: throttled.
[[nodiscard]] double above_limit(const Logins& logins, double limit, SimTime from, SimTime to);
/// What AWS allows a second for the call by which the password is read; zero: no limit.
[[nodiscard]] double allowed_reads(const AllLogins& all, const Source& source);
/// Brings all counts up to now; before anything changes.
void count(AllLogins& all, Logins& logins);
/// How many instances hold a password that the database does not take.
[[nodiscard]] std::size_t refused(const Logins& logins);
/// Tells when logins begin or cease to be refused.
void judge(AllLogins& all, Logins& logins);

// ---- credentials.cpp ----

/// {"username": ..., "password": ...}, or a password alone.
[[nodiscard]] Credential read_credential(const std::string& text);
/// What is kept there now, seen without a call; nothing where there is nothing.
[[nodiscard]] std::optional<Credential> look(AllLogins& all, const Logins& logins,
                                             const std::string& instance);
/// The parameter's or secret's own name or ARN.
[[nodiscard]] std::string source_id(const AllLogins& all, const Source& source);
/// The instance asks, as its application does; what it is refused, it asks again.
Process<> read_again(AllLogins& all, std::string logins, std::string instance);

// ---- costs.cpp ----

/// USD a month: of all secrets of the place, and of the reads of these logins.
[[nodiscard]] double monthly_cost(AllLogins& all, const Logins& logins);
/// Says what the secrets cost, and when reads will be throttled: nothing else would.
void tell_limits(AllLogins& all, const Logins& logins);

// ---- passwords.cpp ----

/// Everybody holds what is kept, and the database takes it.
void begin(AllLogins& all, Logins& logins);
/// From now on the database takes this, and not what it took for that user before.
void set_password(AllLogins& all, Logins& logins, const Credential& now);
/// What is kept has changed: each instance has it when what it holds is no longer fresh.
void source_changed(AllLogins& all, Logins& logins);
void instance_came(AllLogins& all, std::string_view instance);
void instance_went(AllLogins& all, std::string_view instance);

}  // namespace opsim::logins
