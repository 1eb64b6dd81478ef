/**
 * Faults, and what becomes of alarms that were answered with 200: the connector is killed, its power is cut, its disk, its clock and its far
 * ends fail. {@link ualarm.proof.Proof} does so for long ({@code mvn -Pproof verify}), the tests for a few seconds.
 */
package ualarm.proof;
