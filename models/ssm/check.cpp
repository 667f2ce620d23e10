#include "models/ssm/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "models/ssm/document_reader.hpp"

namespace opsim::ssm {

namespace {

bool same_operation(std::string_view known, std::string_view written) {
  std::size_t i = 0;
  for (const char c : written) {
    if (c == '_' || c == '-') continue;
    const auto lower = [](char x) { return std::tolower(static_cast<unsigned char>(x)); };
    if (i == known.size() || lower(known[i]) != lower(c)) return false;
    ++i;
  }
  return i == known.size();
}

bool is_simulated(Catalog catalog, std::string_view service, std::string_view operation) {
  return std::ranges::any_of(catalog, [&](const Service* row) {
    const bool same = std::ranges::equal(row->name, service, [](unsigned char a, unsigned char b) {
      return std::tolower(a) == std::tolower(b);
    });
    return same && std::ranges::any_of(row->operations, [&](const Operation& known) {
             return same_operation(known.name, operation) &&
                    (known.now != nullptr || known.later != nullptr);
           });
  });
}

}  // namespace

bool recognises(const Node& root) {
  return root.is_mapping() && root.contains("schemaVersion") &&
         (root.contains("mainSteps") || root.contains("runtimeConfig"));
}

void check_document(const Node& root, Catalog catalog, Diagnostics& diagnostics,
                    std::vector<std::string>* not_simulated) {
  Findings findings;
  (void)read_ssm_document(root, diagnostics, &findings);
  if (not_simulated == nullptr) return;
  for (const auto& [service, operation] : findings.calls)
    if (!is_simulated(catalog, service, operation))
      findings.not_simulated.push_back(fmt::format("API {}:{}", service, operation));
  for (std::string& line : findings.not_simulated)
    if (std::ranges::find(*not_simulated, line) == not_simulated->end())
      not_simulated->push_back(std::move(line));
}

}  // namespace opsim::ssm
