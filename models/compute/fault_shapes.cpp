// The settings of each fault, for the reader, the schema and the reference.
#include "models/compute/fault_shapes.hpp"

#include "opsim/cloud/fault_target.hpp"

namespace opsim::compute {

namespace {

constexpr Shape kFaultText{.kind = Kind::text, .min = 1};
constexpr std::string_view kFaultGrowthUnits[] = {"%",  "B",   "KB",  "MB",  "GB",
                                                  "TB", "KiB", "MiB", "GiB", "TiB"};
constexpr Shape kRate{.kind = Kind::rate, .allowed = kFaultGrowthUnits, .example = "40 %/h"};
constexpr Shape kFaultPercent{.kind = Kind::percent, .min = 0, .max = 100, .example = "97 %"};
constexpr std::string_view kCheckWords[] = {"system", "instance"};
constexpr Shape kCheck{.kind = Kind::text, .allowed = kCheckWords};

constexpr Field kOn{
    .name = "on",
    .shape = &kFaultText,
    .need = Need::required,
    .doc = "An instance, or a group: then each of its instances, unless `hitting` says."};
constexpr Field kFor{.name = "for", .shape = &kLastsShape, .doc = "Until it ends by itself."};
constexpr Field kSome{.name = "hitting",
                      .shape = &kManyShape,
                      .doc = "How many of a group's instances, chosen by chance (all)."};

constexpr Field kSurgeFields[] = {
    {.name = "to", .shape = &kRate, .need = Need::required, .doc = "How fast it then fills."},
    kOn,
    kFor,
    kSome};
constexpr Field kLeakFields[] = {
    {.name = "at", .shape = &kRate, .need = Need::required, .doc = "How fast memory then fills."},
    kOn,
    kFor,
    kSome};
constexpr Field kFillFields[] = {
    {.name = "to", .shape = &kFaultPercent, .doc = "How full it then is (100 %)."}, kOn, kSome};
constexpr Field kPlainFields[] = {kOn, kSome};
constexpr Field kWhileFields[] = {kOn, kFor, kSome};
constexpr Field kFailLaunchFields[] = {
    {.name = "in", .shape = &kFaultText, .doc = "An Availability Zone (all)."},
    {.name = "of", .shape = &kFaultText, .doc = "An instance type (all)."},
    {.name = "on", .shape = &kFaultText, .doc = "An Auto Scaling group (everybody)."},
    kFor};
constexpr Field kCheckFields[] = {
    {.name = "which", .shape = &kCheck, .doc = "system or instance (instance)."}, kOn, kFor, kSome};
constexpr Field kKillFields[] = {
    {.name = "named", .shape = &kFaultText, .need = Need::required, .doc = "The process."},
    kOn,
    kSome};

}  // namespace

const Shape kSurge{.kind = Kind::mapping, .doc = "The disk fills faster.", .fields = kSurgeFields};
const Shape kLeak{.kind = Kind::mapping, .doc = "Memory leaks.", .fields = kLeakFields};
const Shape kFill{.kind = Kind::mapping, .doc = "The disk is full at once.", .fields = kFillFields};
const Shape kStop{.kind = Kind::mapping, .doc = "Stops instances.", .fields = kPlainFields};
const Shape kTerminate{
    .kind = Kind::mapping, .doc = "Terminates instances.", .fields = kPlainFields};
const Shape kFailChecks{
    .kind = Kind::mapping, .doc = "Status checks fail, and nothing else.", .fields = kCheckFields};
const Shape kFailLaunches{.kind = Kind::mapping,
                          .doc = "EC2 has no capacity: launches are refused.",
                          .fields = kFailLaunchFields};
const Shape kImpair{
    .kind = Kind::mapping,
    .doc = "The host is impaired: the system status check fails until the instance moves.",
    .fields = kWhileFields};
const Shape kInterrupt{
    .kind = Kind::mapping,
    .doc =
        "EC2 takes Spot Instances back `for` a time later (2min, its notice), with a "
        "recommendation at once.",
    .fields = kWhileFields};
const Shape kSchedule{
    .kind = Kind::mapping,
    .doc = "EC2 announces a scheduled event of the host, `for` a time later (14d).",
    .fields = kWhileFields};
const Shape kKill{.kind = Kind::mapping,
                  .doc = "A process ends until somebody starts it.",
                  .fields = kKillFields};
const Shape kFreeze{
    .kind = Kind::mapping, .doc = "The system hangs until it reboots.", .fields = kWhileFields};

}  // namespace opsim::compute
