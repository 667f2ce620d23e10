// The settings of `workload:`, for the reader, the schema and the reference.
#include "models/workload/workload_shape.hpp"

namespace opsim::workload {

namespace {

constexpr Shape kWord{.kind = Kind::text, .min = 1};
constexpr Shape kYesNo{.kind = Kind::boolean};
constexpr Shape kHow{.kind = Kind::distribution, .example = "lognormal(p50 20ms, p99 80ms)"};
constexpr Shape kMixture{.kind = Kind::table, .of = &kHow};
constexpr const Shape* kWorkChoices[] = {&kHow, &kMixture};
constexpr Shape kWork{.kind = Kind::either, .choices = kWorkChoices};
constexpr Shape kServers{.kind = Kind::integer, .min = 1, .max = 1e6, .example = "2"};
constexpr Shape kMany{.kind = Kind::integer, .min = 0, .max = 1e9, .example = "500"};
constexpr Shape kSomeTime{.kind = Kind::duration, .min = 0, .max = 86'400, .example = "2s"};
constexpr Shape kPart{.kind = Kind::percent, .min = 0, .max = 100, .example = "80 %"};
constexpr Shape kSwing{.kind = Kind::percent, .min = -100, .max = 1000, .example = "-40 %"};
constexpr Shape kPerRequest{.kind = Kind::number, .min = 0, .max = 10'000, .example = "2"};
constexpr Shape kSkew{.kind = Kind::number, .min = 0, .max = 3, .example = "0.8"};
constexpr Shape kOften{.kind = Kind::rate, .example = "400/s"};
constexpr Shape kHourOfDay{.kind = Kind::number, .min = 0, .max = 24, .example = "14"};
constexpr Shape kTries{.kind = Kind::integer, .min = 0, .max = 100, .example = "2"};
constexpr std::string_view kKindWords[] = {"hard", "soft"};
constexpr Shape kKind{.kind = Kind::text, .allowed = kKindWords};

constexpr Shape kTraceTime{.kind = Kind::duration, .min = 0, .max = 31'536'000, .example = "8h"};
constexpr Field kPoint[] = {
    {.name = "at", .shape = &kTraceTime, .need = Need::required, .doc = "Since the start."},
    {.name = "rate", .shape = &kOften, .need = Need::required, .doc = "Requests at that moment."}};
constexpr Shape kTracePoint{.kind = Kind::mapping, .fields = kPoint};
constexpr Shape kTrace{.kind = Kind::list, .of = &kTracePoint, .min = 1, .max = 100'000};

constexpr Field kRetryBudget{.name = "retry budget",
                             .shape = &kPart,
                             .doc = "Token bucket: retries are at most this share of requests."};
constexpr Field kBreaker{.name = "stops retrying above",
                         .shape = &kPart,
                         .doc = "Circuit breaker: no retries while more of the calls fail."};
constexpr Field kRetries{
    .name = "retries", .shape = &kTries, .doc = "At most, after the first try. Default: 0."};
constexpr Field kTimeout{.name = "timeout",
                         .shape = &kSomeTime,
                         .doc = "What takes longer has failed for who called. Default: never."};

constexpr Field kDemandFields[] = {
    {.name = "backoff",
     .shape = &kSomeTime,
     .doc = "Before the first retry, twice that before the next. Default: 0s."},
    {.name = "by day", .shape = &kPart, .doc = "How far the hours swing around the rate."},
    {.name = "clients", .shape = &kMany, .doc = "A closed loop: so many users, one request each."},
    {.name = "on weekends", .shape = &kSwing, .doc = "How much more, or less, as in -40 %."},
    {.name = "peak hour", .shape = &kHourOfDay, .doc = "UTC. Default: 14."},
    {.name = "rate", .shape = &kOften, .doc = "Requests, the mean of a working day."},
    kRetries,
    kRetryBudget,
    kBreaker,
    {.name = "think", .shape = &kSomeTime, .doc = "Between answer and next request. Default: 1s."},
    kTimeout,
    {.name = "trace", .shape = &kTrace, .doc = "Rates over time instead: a line between points."},
};
constexpr Shape kDemand{
    .kind = Kind::mapping, .doc = "What users want of it.", .fields = kDemandFields};

constexpr Field kNeedFields[] = {
    {.name = "answer",
     .shape = &kWord,
     .doc = "Of a name: the SetIdentifier of the record that leads there. Default: the component's "
            "name, or the name of its load balancer in the record."},
    {.name = "backoff", .shape = &kSomeTime, .doc = "Before a retry. Default: 0s."},
    {.name = "calls", .shape = &kPerRequest, .doc = "For each request. Default: 1."},
    {.name = "cached by",
     .shape = &kWord,
     .doc =
         "The component that is the cache: how warm it is follows from the requests that it gets. "
         "It is called too."},
    {.name = "hits", .shape = &kPart, .doc = "The share that a cache answers once it is full."},
    {.name = "warms in",
     .shape = &kSomeTime,
     .doc = "How long a flushed cache takes to fill, where nothing is said of it. Default: 10min."},
    {.name = "kind", .shape = &kKind, .doc = "soft: a request works without it. Default: hard."},
    {.name = "objects",
     .shape = &kMany,
     .doc = "How many different things requests ask of it: what fills a cache. Default: 100000."},
    {.name = "skew",
     .shape = &kSkew,
     .doc = "Zipf's exponent: how much more often the popular ones are asked for. Default: 0.8."},
    kRetries,
    kRetryBudget,
    kBreaker,
    kTimeout,
};
constexpr Shape kNeed{.kind = Kind::mapping, .fields = kNeedFields};
constexpr Shape kNeeds{.kind = Kind::table, .of = &kNeed};

constexpr Field kObjectiveFields[] = {
    {.name = "errors", .shape = &kPart, .doc = "Users are hurt above this share. Default: 1 %."},
    {.name = "latency", .shape = &kSomeTime, .doc = "... or when answers take longer, at ..."},
    {.name = "percentile", .shape = &kPart, .doc = "... this percentile. Default: 99 %."},
};
constexpr Shape kObjective{
    .kind = Kind::mapping, .doc = "When users count as hurt.", .fields = kObjectiveFields};
constexpr Shape kBehind{.kind = Kind::one_or_list, .of = &kWord};

constexpr Shape kLeak{.kind = Kind::rate, .example = "4 %/h"};
constexpr Field kVersionFields[] = {
    {.name = "errors", .shape = &kPart, .doc = "The share of requests that it answers with one."},
    {.name = "fails checks",
     .shape = &kYesNo,
     .doc = "Health checks get a 503 of it, so that load balancers take its members out."},
    {.name = "leaks", .shape = &kLeak, .doc = "Memory of an instance that runs it."},
    {.name = "work", .shape = &kWork, .doc = "How long one request takes there, alone."},
};
constexpr Shape kVersion{.kind = Kind::mapping, .fields = kVersionFields};
constexpr Shape kVersions{.kind = Kind::table, .of = &kVersion};

constexpr Field kComponentFields[] = {
    {.name = "behind",
     .shape = &kBehind,
     .doc = "The load balancer in front of it, its target group, or both."},
    {.name = "cross zone",
     .shape = &kYesNo,
     .doc = "Every member gets an equal share; if not, every zone does. Default: yes."},
    {.name = "demand", .shape = &kDemand},
    {.name = "in flight",
     .shape = &kMany,
     .doc = "Requests that a member holds at most, waiting for others included. Default: any."},
    {.name = "instrumented",
     .shape = &kWord,
     .doc = "The namespace into which its own code puts Requests, Errors and Latency, by Service. "
            "Default: nobody wrote that code; Application Signals needs none."},
    {.name = "members", .shape = &kServers, .doc = "Where nothing serves it here. Default: 1."},
    {.name = "named",
     .shape = &kWord,
     .doc = "The name that clients ask Route 53 for, as in www.example.com: each of them goes to "
            "one of the components that it `needs`, and stays there for the record's TTL."},
    {.name = "needs", .shape = &kNeeds, .doc = "The components that it calls."},
    {.name = "notices within",
     .shape = &kSomeTime,
     .doc = "How long a member that does not answer is still sent requests. Default: 30s."},
    {.name = "objective", .shape = &kObjective},
    {.name = "queue",
     .shape = &kMany,
     .doc = "Requests that wait for a member at most; 0: none waits. Default: 4096."},
    {.name = "reads",
     .shape = &kPart,
     .doc = "Of a DynamoDB table: the share of the requests that read. Default: 80 %."},
    {.name = "served by",
     .shape = &kWord,
     .doc = "The group, service, function or database of a stack. Default: something outside."},
    {.name = "servers",
     .shape = &kServers,
     .doc = "Requests that a member works on at once: its vCPUs. Default: 2."},
    {.name = "sheds above", .shape = &kPart, .doc = "Utilisation above which it refuses at once."},
    {.name = "versions",
     .shape = &kVersions,
     .doc = "What is otherwise with members that run a version: a revision that was deployed to an "
            "instance (s3://releases/web-2.zip), a task definition (web:2)."},
    {.name = "work",
     .shape = &kWork,
     .doc = "How long one request takes, alone; or a table of shares: `99.9 %: exponential(mean "
            "100ms)`. Default: exponential(mean 50ms)."},
};
}  // namespace

constexpr Shape kComponentShape{
    .kind = Kind::mapping, .name = "component", .fields = kComponentFields};

const Shape kWorkloadShape{.kind = Kind::table,
                           .doc =
                               "Components over real resources: who calls whom, how often, what "
                               "it costs.",
                           .of = &kComponentShape};

}  // namespace opsim::workload
