#pragma once
/// The workloads of a world: components over real resources, and what becomes of their requests.
///
/// Cost  Something is computed when a member, a fault, a backlog or the demand changes, once for
///       all that changes at one instant. While nothing changes nothing runs.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/workload/demand.hpp"
#include "models/workload/flow.hpp"
#include "models/workload/played.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::workload {

/// When users count as hurt.
struct Objective {
  double errors = 0.01;           // share of requests; an estimate
  std::optional<double> latency;  // seconds ...
  double percentile = 0.99;       // ... that this share of the answers does not exceed
};

/// What requests get of one version of what serves a component, where that is not what the
/// component says of all.
struct Version {
  double failing = 0;                   // share of requests
  std::vector<RequestKind> kinds = {};  // of request; empty: as everywhere
  Spread spread = {};                   // of all of them
  double leaks = 0;                     // memory of a member, per cent an hour
  bool fails_checks = false;
};

/// One instance, task or database behind a component.
struct Server {
  std::size_t cell = 0;
  std::string version = {};
  bool serves = true;
  bool gets = true;   // requests are sent to it
  bool told = false;  // a load balancer decides that
  Ticket noticed;
  double cpu = -1;       // per cent that was written last
  double connected = 0;  // to a database, as was written last
  bool has_no_cpu = false;
};

/// A trouble that a fault puts on a component, or on its part in one zone.
struct Trouble {
  std::size_t number = 0;
  std::size_t component = 0;
  std::string zone;  // "" for all
  double failing = 0;
  double slower = 1;
  bool cut_off = false;  // nothing there answers
  std::string reason;
};

/// A member's network, or a function's start, that is not as it should be. network.cpp.
struct Impairment {
  double delay = 0;        // seconds ...
  double delay_share = 1;  // ... of this share of the exchanges
  double loss = 0;         // share of packets ...
  double loss_share = 1;   // ... of this share of the exchanges
  double failing = 0;      // share of requests
  [[nodiscard]] bool is_some() const { return delay > 0 || loss > 0 || failing > 0; }
};

/// Who says whether the network reaches a resource of a type: its quantity "reachable".
struct Reachability {
  std::string type;
  const PhysicalQuantity* row = nullptr;  // null: it always does
  Model* model = nullptr;
};

/// Nothing passes between `from` and `to`, or between `from` and any other place.
struct Border {
  std::string by;    // who put it there
  std::string from;  // a zone, or a Region
  std::string to;    // "" for all others
  bool regions = false;
};

/// The metrics of one component: who feeds them. publish.cpp.
struct Publication {
  SourceId source{};
  double (*value)(const Component&, const Flow&, double argument) = nullptr;
  double argument = 0;
  double in_a_second = 1;       // of a latency: 1,000 where it is told in milliseconds
  bool only_when_some = false;  // not reported while it is zero
  double level = -1;            // what was published last
  double slope = 0;
};

/// What of a cache can be lost by itself: a shard, a node, a member. caches.cpp.
struct CachePart {
  std::string id = {};
  bool serves = true;
  std::int64_t losses = 0;     // how often it was found empty
  Dimensions dimensions = {};  // of its metrics; they go on where another node serves it
  bool gets = false;           // memcached calls a lookup a get
  std::vector<SourceId> sources = {};
};

struct Counted {
  double requests = 0;
  double failed = 0;
  double hurt_seconds = 0;  // while users were hurt
};

struct Live {
  std::string resource;  // physical id of what serves it, or ""
  std::string type;      // of it
  Place place;
  std::string balancer;         // ARN of the load balancer in front, or ""
  std::string target_group;     // ARN of its target group, or ""
  bool balancer_tells = false;  // who gets requests; else a member is sent some until noticed
  bool looks_again = false;     // before the next solution: who its members are now
  std::vector<std::string> newcomers;  // before the next solution: whether they are members
  std::string even_in;         // the target group whose healthy members it treats alike: no need
                               // to ask again while only their health changes
  bool asks_balancer = false;  // before the next solution: where it sends requests now
  Json question = Json::object();    // to the load balancer
  Json told = Json::object();        // what it said last
  std::string even_told;             // of `even_in`
  bool recounted = true;             // since what it said was taken
  std::string name;                  // that clients ask Route 53 for, or ""
  std::vector<std::string> answers;  // of the records that lead to each of its calls
  std::string leads_nowhere;         // an answer that leads to none of them, or ""
  bool asks_name = false;            // before the next solution: where clients go now
  Ticket resolves;                   // some of them ask again
  bool asks_function = false;        // before the next solution: what its versions do
  double function_seconds = 0;       // of a request, when all began
  std::map<std::string, Version, std::less<>> versions;  // that are not as the others
  std::string source;                                    // "scenario.yaml:12"
  Demand demand;
  bool has_users = false;
  std::string instrumented;  // the namespace of metrics that its own code puts, or ""
  std::optional<Objective> objective;
  bool is_cache = false;         // of a call
  std::vector<CachePart> parts;  // of the cache
  Duration notices =
      std::chrono::seconds{30};  // until a member that does not serve is sent nothing more
  std::map<std::string, Server, std::less<>> servers;
  std::optional<SimTime> bends;  // the end of the demand's line
  Mixture takes;                 // the work of a request
  bool is_heavy = false;         // of so heavy a tail that requests are played one by one
  std::map<int, std::vector<double>> played;  // sojourns at a load in per cent of a member
  std::vector<double> members;                // of each cell, whoever gets requests or answers
  std::vector<double> told_cpu;  // of each cell, where all of it was told at once; -1: one by one
  std::vector<Publication> metrics;
  std::vector<double> published;  // all that the metrics follow from, as it was told last
  Counted counted;
  Health health = Health::ok;
  double told_errors = -1;  // what the journal knows
};

class Workload : public Model {
 public:
  explicit Workload(Cloud& world)
      : cloud{world}, since{world.sim().now()}, line_since{world.sim().now()} {}

  Cloud& cloud;
  System system;
  QuantileCurves curves;
  std::vector<Flow> flows;
  std::vector<Live> lives;  // as system.components
  std::map<std::string, std::size_t, std::less<>> by_name;
  std::multimap<std::string, std::size_t, std::less<>> by_resource;
  std::multimap<std::string, std::size_t, std::less<>> by_server;
  std::vector<Trouble> troubles;
  std::map<std::string, Impairment, std::less<>> impaired;  // by member
  std::vector<Border> borders;
  bool bordered = false;                                         // the last solution knew of one
  bool any_caches = false;                                       // a call is cached by a component
  std::map<std::pair<double, double>, Popularity> popularities;  // by objects and skew
  std::vector<Reachability> reachability;                        // by type, as types are met
  std::size_t troubles_made = 0;
  SimTime since;       // up to which backlogs and counts are
  SimTime line_since;  // from which the lines of the demands are told: the last solution
  bool waits_for_solution = false;
  bool structure_told = false;
  Ticket turn;
  Ticket bend;

  /// Something is not as it was: solved once this instant is over.
  void changed();
};

// ---- members.cpp: what serves a component ----------------------------------------------------

/// Looks anew at all members of a component.
void look_at_members(Workload& all, std::size_t component);
/// The same, where others may have come or gone, but only this one changed.
void look_at_member(Workload& all, std::size_t component, const std::string& member);
void server_changed(Workload& all, std::string_view resource);
void target_told(Workload& all, const TargetHealth& told);
/// Shares of the zones, from the load balancers that may have changed them.
void ask_balancers(Workload& all);
/// Something has changed load balancers.
void balancers_changed(Workload& all);
/// A call has changed load balancers: its input may name the one target group that it is about.
void balancers_called(Workload& all, const Json& input);

// ---- names.cpp -------------------------------------------------------------------------------

/// Shares of the alternatives of names, as Route 53 answers and resolvers remember.
void ask_names(Workload& all);
/// Records, or their health, have changed.
void names_changed(Workload& all);

// ---- versions.cpp ----------------------------------------------------------------------------

/// The cell of members of a version in a zone, with what the version does to requests there.
[[nodiscard]] std::size_t cell_of(Workload& all, std::size_t component, std::string_view zone,
                                  std::string_view version);
/// What a version that a member has just been given does to the member itself.
void take_version(Workload& all, std::size_t component, const std::string& server);
/// What to call whoever answers with most of the errors, or most slowly: "version web:2 of Orders".
[[nodiscard]] std::string who_fails(const Workload& all, std::size_t component);
[[nodiscard]] std::string who_is_slow(const Workload& all, std::size_t component);

// ---- functions.cpp ---------------------------------------------------------------------------

/// What the versions of functions do to requests, where that may have changed.
void ask_functions(Workload& all);
/// A call has changed functions.
void functions_changed(Workload& all);

// ---- tables.cpp ------------------------------------------------------------------------------

/// What a DynamoDB table was provisioned for.
void take_table(Workload& all, std::size_t component);

// ---- caches.cpp ----------------------------------------------------------------------------

/// Who serves a cache now, and what of it is empty. Nothing where a component is none.
void look_at_cache(Workload& all, std::size_t component);
/// The same of caches that are held by members of a component.
void look_at_member_caches(Workload& all);
/// All caches before what a component needs, or of the cache that it is.
void empty_caches(Workload& all, std::size_t component);
/// The share of a cache that answers.
[[nodiscard]] double serving_part(const Live& live);
void fill_caches(Workload& all, double seconds);
void take_warmth(Workload& all);
/// Seconds until caches are so much warmer that the solution is another.
[[nodiscard]] std::optional<double> next_warmth(Workload& all);
/// Hits and misses, where ElastiCache has them.
void publish_caches(Workload& all);

// ---- solve.cpp -------------------------------------------------------------------------------

/// Requests and failures up to now; backlogs as they are by now.
void count(Workload& all);
/// Counts, then solves, publishes and tells.
void solve_now(Workload& all);

// ---- latency.cpp -----------------------------------------------------------------------------

/// What a share p of the answers does not exceed: from the flow, or from requests played one by
/// one.
[[nodiscard]] double latency_of(Workload& all, std::size_t component, double p);
/// Says for which components requests are played, and why.
void tell_played(Workload& all);

// ---- publish.cpp -----------------------------------------------------------------------------

void begin_publishing(Workload& all, std::size_t component);
void publish(Workload& all, std::size_t component);

// ---- users.cpp -------------------------------------------------------------------------------

/// What users get now: health, and the journal's counts.
void tell_users(Workload& all, std::size_t component);
void write_counts(Workload& all, std::size_t component);

// ---- structure.cpp ---------------------------------------------------------------------------

/// Single points of failure, the smallest losses that stop users, what a zone takes along.
void tell_structure(Workload& all);

// ---- network.cpp -----------------------------------------------------------------------------

// Quantities of members: "network latency 50" is of half of the exchanges.
std::optional<double> read_delay(Model& model, std::string_view id, std::string_view part);
void change_delay(Model& model, std::string_view id, std::string_view part, Change how);
std::optional<double> read_loss(Model& model, std::string_view id, std::string_view part);
void change_loss(Model& model, std::string_view id, std::string_view part, Change how);
std::optional<double> read_failing(Model& model, std::string_view id, std::string_view part);
void change_failing(Model& model, std::string_view id, std::string_view part, Change how);
// Of subnets: 0 while their zone does not reach others, or their Region another ("region links R").
std::optional<double> read_zone_links(Model& model, std::string_view id, std::string_view part);
void change_zone_links(Model& model, std::string_view id, std::string_view part, Change how);
std::optional<double> read_region_links(Model& model, std::string_view id, std::string_view part);
void change_region_links(Model& model, std::string_view id, std::string_view part, Change how);
/// What slow members do to their cells; called when troubles are applied.
void apply_impairments(Workload& all, std::size_t component);
/// The share of each call that borders swallow.
void apply_borders(Workload& all);
void begin_border(Workload& all, Border border, std::optional<Duration> lasting);

// ---- faults.cpp ------------------------------------------------------------------------------

extern const std::span<const Fault> kWorkloadFaults;
/// Troubles as they are now into cells and components.
void apply_troubles(Workload& all, std::size_t component);

// ---- workload_spec.cpp -----------------------------------------------------------------------

/// `text` was checked against kWorkloadShape. Throws BadInput.
void read_workload(Workload& all, const Node& text);
/// `physics:` of a component, as a choice has it: what it says is otherwise.
void change_component(Workload& all, const PhysicsRequest& request);

}  // namespace opsim::workload
