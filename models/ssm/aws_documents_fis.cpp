// The documents with which AWS FIS hurts instances: our own short definitions with their names and
// parameters. AWS: FIS User Guide, "Pre-configured AWS FIS SSM documents" (AWSFIS-Run-*).
#include "models/ssm/aws_documents.hpp"

namespace opsim::ssm {

namespace {

constexpr AwsDocument kFaultDocuments[] = {
    {"AWSFIS-Run-CPU-Stress", "Runs CPU stress on an instance.",
     "DurationSeconds; CPU = '0'; LoadPercent = '100'"},
    {"AWSFIS-Run-Disk-Fill", "Fills a disk.", "DurationSeconds; Percent = '95'"},
    {"AWSFIS-Run-IO-Stress", "Runs I/O stress on an instance.",
     "DurationSeconds; Workers = '1'; Percent = '80'"},
    {"AWSFIS-Run-Kill-Process", "Kills a process of an instance.", "ProcessName; Signal = SIGTERM",
     "killall --signal {{ Signal }} {{ ProcessName }}"},
    {"AWSFIS-Run-Memory-Stress", "Runs memory stress on an instance.",
     "DurationSeconds; Workers = '1'; Percent = '80'"},
    {"AWSFIS-Run-Network-Blackhole-Port", "Drops traffic of a port.",
     "DurationSeconds; Port; Protocol = tcp; TrafficType = ingress"},
    {"AWSFIS-Run-Network-Latency", "Slows an interface.",
     "DurationSeconds; DelayMilliseconds = '200'; Interface = DEFAULT"},
    {"AWSFIS-Run-Network-Latency-Sources", "Slows traffic to and from sources.",
     "DurationSeconds; DelayMilliseconds = '200'; JitterMilliseconds = '10'; FlowsPercent = '100'; "
     "Interface = DEFAULT; Sources = ALL; TrafficType = egress"},
    {"AWSFIS-Run-Network-Packet-Loss", "Loses packets of an interface.",
     "DurationSeconds; LossPercent = '7'; Interface = DEFAULT"},
    {"AWSFIS-Run-Network-Packet-Loss-Sources", "Loses packets to and from sources.",
     "DurationSeconds; LossPercent = '7'; FlowsPercent = '100'; Interface = DEFAULT; Sources = "
     "ALL; TrafficType = egress"},
};

}  // namespace

std::span<const AwsDocument> aws_fault_documents() { return kFaultDocuments; }

}  // namespace opsim::ssm
