#include "models/ssm/check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/document_reader.hpp"

namespace opsim::ssm {

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
    if (const OperationFound found = find_operation(catalog, service, operation);
        found.row == nullptr || !is_simulated(*found.row))
      findings.not_simulated.push_back(fmt::format("API {}:{}", service, operation));
  for (std::string& line : findings.not_simulated)
    if (std::ranges::find(*not_simulated, line) == not_simulated->end())
      not_simulated->push_back(std::move(line));
}

}  // namespace opsim::ssm
