#include "tools/cli/services.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "models/catalog.hpp"
#include "opsim/document/diagnostic.hpp"
#include "tools/cli/options.hpp"

namespace opsim::cli {

namespace {

using opsim::is_simulated;
bool is_simulated(const ResourceType& row) {
  return row.create != nullptr && row.not_simulated.empty();
}

/// "1 operation", "3 quantities".
std::string number_of(std::ptrdiff_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

template <class Rows>
std::string counts(const Rows& rows, std::string_view one, std::string_view many) {
  const auto simulated =
      std::ranges::count_if(rows, [](const auto& row) { return is_simulated(row); });
  const auto named = static_cast<std::ptrdiff_t>(rows.size()) - simulated;
  if (rows.empty()) return "";
  return fmt::format("{}{}", number_of(simulated, one, many),
                     named == 0 ? "" : fmt::format(" ({} more named)", named));
}

void print_overview(std::ostream& out) {
  for (const Service* service : catalog()) {
    std::vector<std::string> parts;
    for (std::string text : {counts(service->operations, "operation", "operations"),
                             counts(service->resources, "resource type", "resource types")})
      if (!text.empty()) parts.push_back(std::move(text));
    if (const auto faults = std::ssize(service->faults); faults > 0)
      parts.push_back(number_of(faults, "fault", "faults"));
    if (const auto quantities = std::ssize(service->quantities); quantities > 0)
      parts.push_back(number_of(quantities, "quantity", "quantities"));
    out << fmt::format("{:<24} {:<42} {}\n", service->name, service->title,
                       fmt::join(parts, " · "));
  }
  out << "\nWhat is simplified and absent: opsim services NAME\n";
}

template <class Rows, class Name>
void print_names(std::ostream& out, std::string_view title, const Rows& rows, Name name) {
  if (rows.empty()) return;
  out << fmt::format("\n{}\n", title);
  for (const auto& row : rows) out << fmt::format("  {}\n", name(row));
}

std::string with_reason(std::string_view name, bool simulated, std::string_view reason) {
  if (simulated) return std::string{name};
  return fmt::format("{:<40} not simulated: {}", name, reason.empty() ? "no model yet" : reason);
}

void print_fidelity(std::ostream& out, const Service& service) {
  using Grade = FidelityNote::Grade;
  for (const auto& [grade, title] : {std::pair{Grade::simulated, "Simulated"},
                                     {Grade::simplified, "Simplified"},
                                     {Grade::absent, "Absent"}}) {
    std::vector<FidelityNote> notes;
    std::ranges::copy_if(service.fidelity, std::back_inserter(notes),
                         [&](const FidelityNote& note) { return note.grade == grade; });
    print_names(out, title, notes, [](const FidelityNote& note) {
      return note.source.empty() ? std::string{note.what}
                                 : fmt::format("{}  [{}]", note.what, note.source);
    });
  }
}

void print_service(std::ostream& out, const Service& service) {
  out << fmt::format("{}: {}\n", service.name, service.title);
  print_fidelity(out, service);
  print_names(out, "Operations", service.operations, [](const Operation& row) {
    return with_reason(row.name, is_simulated(row), row.not_simulated);
  });
  print_names(out, "Resource types", service.resources, [](const ResourceType& row) {
    return with_reason(row.type, is_simulated(row), row.not_simulated);
  });
  print_names(out, "Faults", service.faults, [](const Fault& row) {
    std::string text{row.name};
    for (const Field& field : row.shape->fields) text += fmt::format(" {} …", field.name);
    return text;
  });
  print_names(out, "Quantities", service.quantities, [](const PhysicalQuantity& row) {
    return fmt::format("{} of {}, in {}", row.name, row.of, row.unit.empty() ? "units" : row.unit);
  });
}

}  // namespace

int services_main(Arguments arguments, Streams& streams) {
  const Options options{arguments, {}};
  if (options.operands().empty()) {
    print_overview(streams.out);
    return kGoalsMet;
  }
  const std::string& name = options.operand("a service");
  const auto found = std::ranges::find(catalog(), name, &Service::name);
  if (found == catalog().end()) {
    std::vector<std::string_view> names;
    for (const Service* service : catalog()) names.push_back(service->name);
    throw Options::Usage{
        fmt::format("no service {}{}", opsim::quoted(name), did_you_mean(name, names))};
  }
  print_service(streams.out, **found);
  return kGoalsMet;
}

}  // namespace opsim::cli
