-- One database for each service's log; made once, when the volume is new.
CREATE DATABASE needs;
CREATE DATABASE procurement;
CREATE DATABASE contracts;
CREATE DATABASE monitoring;
CREATE DATABASE gateway;
